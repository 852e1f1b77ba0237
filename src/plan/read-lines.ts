import { AppError } from '../errors.ts';
import type { PlanCheck } from './check.ts';
import { type Fault, Unreadable } from './fault.ts';
import { openPlanFile, type PlanFile } from './file.ts';
import { judgeRow, type Line } from './judge.ts';
import { defaultQuantityOf, type ReadOptions } from './options.ts';
import { openTable } from './table.ts';

const BATCH_LINES = 1000;

/**
 * The lines of a plan that was checked, in the file's order, in batches of 1000: the second
 * reading, for the ledger. Lines of quantity 0 are left out.
 *
 * Throws AppError `bad_plan` when the plan has faults, before the first batch if `check` knows
 * them, and `bad_file` when the file is no longer the one that was checked. The latter is known for
 * certain only after the last batch, so what was made of the batches must be undone on a throw.
 */
export async function* readLines(
  path: string,
  check: PlanCheck,
  options: ReadOptions = {},
): AsyncGenerator<Line[]> {
  if (check.faultCount > 0) throw faulty(path, check.faultCount, check.faults);
  const defaultQuantity = defaultQuantityOf(options);
  await using file = await openPlanFile(path);
  let batch: Line[] = [];
  try {
    const table = await openTable(file.chunks(), defaultQuantity !== null);
    for await (const rows of table.rows) {
      for (const row of rows) {
        const { line, faults } = judgeRow(row, table.header, defaultQuantity);
        if (faults.length > 0) throw new Unreadable(...faults);
        if (line === null) continue;
        batch.push(line);
        if (batch.length < BATCH_LINES) continue;
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    await refuseChanged(file, check);
    throw faulty(path, error.faults.length, error.faults);
  }
  if (batch.length > 0) yield batch;
  await refuseChanged(file, check);
}

async function refuseChanged(file: PlanFile, { sha256 }: PlanCheck): Promise<void> {
  const now = await file.fingerprint();
  if (now.sha256 === sha256) return;
  const message = `${file.path} was changed after its check. Nothing was stored; check it again.`;
  throw new AppError('bad_file', message, { path: file.path, checked: sha256, found: now.sha256 });
}

function faulty(path: string, faultCount: number, faults: readonly Fault[]): AppError {
  const first = faults[0];
  const where = first === undefined ? '' : ` The first, on line ${first.line}: ${first.message}`;
  const many = faultCount === 1 ? '1 fault' : `${faultCount} faults`;
  return new AppError('bad_plan', `${path} has ${many}; nothing was stored.${where}`, {
    path,
    faultCount,
    faults,
  });
}
