import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { PlanCheck } from './check.ts';
import type { Line } from './columns.ts';
import { openPlanFile, type PlanFile } from './file.ts';
import { type ReadOptions, rowRulesOf } from './options.ts';
import { PlainLines } from './plain-lines.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, Unreadable } from './plan-error.ts';
import { openTable } from './table.ts';
import { rowValidator } from './validate-row.ts';

const BATCH_LINES = 1000;

/**
 * The lines of a checked plan for the ledger, in the file's order, in batches of 1000. Lines of
 * quantity 0 are left out.
 *
 * Throws AppError `bad_plan` when the plan has errors, and `bad_file` when the file has changed
 * since its check. That is certain only after the last batch: the caller must undo what it made of
 * them.
 */
export async function* readLines(
  path: string,
  check: PlanCheck,
  options: ReadOptions = {},
): AsyncGenerator<Line[]> {
  if (check.faultCount > 0) throw badPlan(path, check.faultCount, check.faults);
  const rules = rowRulesOf(options);
  await using file = await openPlanFile(path);
  const batch: Line[] = [];
  const take = (line: Line) => batch.push(line);
  try {
    const table = await openTable(file.chunks, rules.quantity !== null);
    const validate = rowValidator(table.header, rules);
    const reader = new PlainLines(table, { rules, isKept: true });
    const takeRow = (row: Row) => {
      const { line, errors } = validate(row);
      if (errors.length > 0) throw new Unreadable(...errors);
      if (line !== null && line.quantity > 0) take(line);
    };
    for await (const rows of table.rows) {
      rows(takeRow, { reader, take });
      while (batch.length >= BATCH_LINES) yield batch.splice(0, BATCH_LINES);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    await refuseChanged(file, check);
    throw badPlan(path, error.errors.length, error.errors);
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

function badPlan(path: string, faultCount: number, errors: readonly PlanError[]): AppError {
  const first = errors[0];
  const where = first === undefined ? '' : ` The first, on line ${first.line}: ${first.message}`;
  const message = `${path} has ${counted(faultCount, 'error')}; nothing was stored.${where}`;
  return new AppError('bad_plan', message, { path, faultCount, faults: errors });
}
