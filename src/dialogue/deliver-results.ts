import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { fileInTheWay, makeFolder } from '../folders/index.ts';
import type { PlanDocument } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { isHolder, resultFileIn, resultsIn } from '../report/index.ts';
import { answer } from '../terminal/index.ts';
import { nextSteps } from './next-steps.ts';
import { describeLines } from './plan-lines.ts';
import { describeSums } from './sums.ts';

/** Call before anything of that file is bought. Throws AppError `bad_config`. */
export async function refuseBadFolder(out: string | undefined, sha256: string): Promise<void> {
  const folder = resolve(out ?? 'results');
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'bad_config',
      `The results cannot be written to ${folder} (${code})${fileInTheWay(error)}. Choose a ` +
        `writable folder with --out. ${NOTHING}`,
      { folder },
    );
  }
  if (out === undefined) return;
  const holder = resultsIn(folder);
  if (holder) throw taken(folder, holder, holder.sha256 === sha256, ` ${NOTHING}`);
  refuseStranger(folder, ` ${NOTHING}`);
}

const NOTHING = 'Nothing was stored and nothing was bought.';

function taken(
  folder: string,
  { id, name }: { id: number; name: string },
  isSameFile: boolean,
  end = '',
): AppError {
  const whose = `plan ${id} (${name})${isSameFile ? ', which is of this same file' : ''}`;
  return new AppError(
    'bad_config',
    `${folder} holds the results of ${whose}. They are not overwritten: name another folder ` +
      `with --out.${end}`,
    { folder },
  );
}

/** What a person has there under the name of a result file is not overwritten. */
function refuseStranger(folder: string, end = ''): void {
  const file = resultFileIn(folder);
  if (file === undefined) return;
  throw new AppError(
    'bad_config',
    `${file} is there, and no summary.json beside it says that it is a result file. It is not ` +
      `overwritten: remove it, or name another folder with --out.${end}`,
    { folder },
  );
}

/** Writes the files, and answers with the plan: what was bought, what is missing, what to do. */
export async function deliverResults(
  operations: Operations,
  plan: ObservedPlan,
  { json, out }: { json?: true; out?: string },
): Promise<void> {
  const folder = out === undefined ? ownFolder(plan) : resolve(out);
  const holder = resultsIn(folder);
  if (!holder) refuseStranger(folder);
  else if (!isHolder(holder, plan)) throw taken(folder, holder, false);
  await operations.writeResults(plan.id, folder);
  const lines = json ? [] : await describeLines(operations, plan);
  const { cost } = await operations.show(plan.id);
  const isOneOfSeveral = (await operations.accounts()).length > 1;
  answer(json, { ...plan, cost, out: folder }, () => [
    ...describeSums({ ...plan, cost }),
    ...lines,
    `Results: ${folder}`,
    plan.mode === 'sandbox' && 'This was the sandbox: nothing was really bought.',
    ...nextSteps(plan, operations, { folder, isOneOfSeveral }),
  ]);
}

/** Another ledger, or a person, may have left files in the folder of that number and name. */
function ownFolder(plan: PlanDocument): string {
  for (let count = 1; ; count++) {
    const folder = resolve(`${folderOf(plan)}${count === 1 ? '' : `-${count}`}`);
    const holder = resultsIn(folder);
    if (holder ? isHolder(holder, plan) : !resultFileIn(folder)) return folder;
  }
}

/** A file's name may have 255 bytes. */
const NAME_MAX = 240;

/** A plan from the web may have any name; the folder never leaves `results`. */
export function folderOf({ id, name }: Pick<PlanDocument, 'id' | 'name'>): string {
  const folder = `${id}-${name.replace(/\.[^.]*$/, '').replace(/[/\\]/g, '-')}`;
  const short = new TextEncoder().encode(folder).subarray(0, NAME_MAX);
  // As of a stream: it leaves out a character that was cut.
  return `results/${new TextDecoder().decode(short, { stream: true })}`;
}
