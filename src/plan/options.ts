import { AppError, usageError } from '../errors.ts';
import type { AreaCodeRules } from './area-codes.ts';
import { EXPECTED, isProblem, readQuantity } from './cells.ts';
import { keepTryingConflicts, readKeepTrying } from './keep-trying.ts';
import { shown } from './plan-error.ts';

export type ReadOptions = {
  /** Numbers for lines whose quantity is blank, 1 to 100,000. Without it a blank is an error. */
  defaultQuantity?: number | undefined;
  /** For lines whose `keep_trying` is blank, as such a cell. */
  keepTrying?: string | undefined;
  /** Without them area codes, ladders and days are not checked, as in a second reading. */
  areaCodes?: AreaCodeRules | undefined;
};

/** How the cells of a plan are read. */
export type RowRules = {
  /** Of a blank cell; null: it is an error. */
  quantity: number | null;
  /** Of a blank cell. */
  keepTrying: string | null;
  /** `YYYY-MM-DD`; null: days are not checked. */
  today: string | null;
};

/** Throws AppError `invalid_usage` when a default is no valid cell. */
export function rowRulesOf(options: ReadOptions): RowRules {
  const today = options.areaCodes?.today ?? null;
  return { quantity: quantityOf(options), keepTrying: keepTryingOf(options, today), today };
}

function quantityOf({ defaultQuantity }: ReadOptions): number | null {
  if (defaultQuantity === undefined) return null;
  if (defaultQuantity > 0 && readQuantity(String(defaultQuantity)) === defaultQuantity) {
    return defaultQuantity;
  }
  const message = `The default quantity must be ${EXPECTED.quantity}, not ${defaultQuantity}.`;
  throw new AppError('invalid_usage', message, { defaultQuantity });
}

function keepTryingOf({ keepTrying: cell = '' }: ReadOptions, today: string | null): string | null {
  if (cell.trim() === '') return null;
  const read = readKeepTrying(cell.trim());
  const problem = isProblem(read) ? read : keepTryingConflicts({ keepTrying: read }, { today })[0];
  if (typeof read === 'string' && problem === undefined) return read;
  const { because, expected, advice = `Write ${expected}.` } = problem!;
  throw usageError(`The keep_trying of all lines, "${shown(cell)}", ${because}. ${advice}`);
}
