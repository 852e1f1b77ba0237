import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { embeddedNumbering } from '../../src/numbering/index.ts';
import {
  type AreaCodeRules,
  checkPlan,
  type Line,
  type PlanCheck,
  type ReadOptions,
  readLines,
} from '../../src/plan/index.ts';

export const folder = mkdtempSync(join(inject('runFolder'), 'plan-'));

let files = 0;

/** Writes a plan into a file of its own, and returns its path. */
export async function planFile(content: string | Uint8Array): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.csv`);
  await writeFile(path, content);
  return path;
}

export async function check(
  content: string | Uint8Array,
  options: ReadOptions = {},
): Promise<PlanCheck> {
  return checkPlan(await planFile(content), options);
}

/** The lines of a plan without errors. */
export async function lines(
  content: string | Uint8Array,
  options: ReadOptions = {},
): Promise<Line[]> {
  return linesOf(await planFile(content), options);
}

export async function linesOf(path: string, options: ReadOptions = {}): Promise<Line[]> {
  const all: Line[] = [];
  for await (const batch of readLines(path, await checkPlan(path, options), options)) {
    all.push(...batch);
  }
  return all;
}

/** Of an account with live keys, unless wished otherwise. */
export const rules = (wishes: Partial<AreaCodeRules> = {}) => ({
  areaCodes: {
    numbering: embeddedNumbering(),
    today: '2026-08-17',
    isStrict: true,
    ...wishes,
  },
});

/** `line:column` of each error. */
export function places({ faults }: PlanCheck): string[] {
  return faults.map(({ line, column }) => `${line}:${column}`);
}

/** What a plan without errors asks for: area codes and quantities. */
export const areaCodes = async (content: string | Uint8Array): Promise<unknown[]> =>
  (await lines(content)).map(({ areaCode, quantity }) => [areaCode, quantity]);
