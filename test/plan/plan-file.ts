import { mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { embeddedNumbering } from '../../src/numbering/index.ts';
import {
  type AreaCodeRules,
  annotatePlan,
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

/** What a plan without errors asks for, as `212:5`; without an area code `:5`. */
export const areaCodes = async (content: string | Uint8Array): Promise<string[]> =>
  (await lines(content)).map(({ areaCode, quantity }) => `${areaCode ?? ''}:${quantity}`);

/** What a person must answer about a plan without errors. */
export async function asked(content: string): Promise<string[]> {
  const { warnings, faultCount } = await check(content, rules());
  expect(faultCount).toBe(0);
  return warnings.filter(({ needsAnswer }) => needsAnswer).map(({ message }) => message);
}

/** The rows of the plan when it is annotated. */
export async function annotated(content: string, options?: ReadOptions): Promise<string[]> {
  const path = await planFile(content);
  await annotatePlan(path, `${path}.annotated`, options);
  const text = await readFile(`${path}.annotated`, 'utf8');
  expect(text).toMatch(/^\ufeff[^\ufeff]*\r\n$/);
  return text.slice(1, -2).split('\r\n');
}

/** A text in each encoding that is read. */
export const ENCODERS: Record<string, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};
