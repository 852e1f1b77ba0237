import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { PlanDocument } from '../ledger/index.ts';
import { makeFolder } from '../make-folder.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { answer } from '../terminal/index.ts';
import { nextSteps } from './next-steps.ts';
import { describeLines } from './plan-lines.ts';
import { describeSums } from './sums.ts';

/** Call before anything is bought. Throws AppError `bad_config`. */
export async function refuseBadFolder(out = 'results'): Promise<void> {
  const folder = resolve(out);
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'bad_config',
      `The results cannot be written to ${folder} (${code}). Choose a writable folder with ` +
        '--out. Nothing was stored and nothing was bought.',
      { folder },
    );
  }
}

/** Writes the files, and answers with the plan: what was bought, what is missing, what to do. */
export async function deliverResults(
  operations: Operations,
  plan: ObservedPlan,
  { json, out }: { json?: true; out?: string },
): Promise<void> {
  const folder = resolve(out ?? folderOf(plan));
  await operations.writeResults(plan.id, folder);
  const lines = json ? [] : await describeLines(operations, plan);
  const { cost } = await operations.show(plan.id);
  answer(json, { ...plan, cost, out: folder }, () => [
    ...describeSums({ ...plan, cost }),
    ...lines,
    `Results: ${folder}`,
    ...(plan.mode === 'sandbox' ? ['This was the sandbox: nothing was really bought.'] : []),
    ...nextSteps(plan, operations, folder),
  ]);
}

/** A plan from the web may have any name; the folder never leaves `results`. */
export function folderOf({ id, name }: Pick<PlanDocument, 'id' | 'name'>): string {
  return `results/${id}-${name.replace(/\.[^.]*$/, '').replace(/[/\\]/g, '-')}`;
}
