import { AppError } from '../errors.ts';
import type { AreaCodeRules } from './area-codes.ts';
import { EXPECTED, readQuantity } from './cells.ts';

export type ReadOptions = {
  /** Numbers for lines whose quantity is blank, 1 to 100,000. Without it a blank is an error. */
  defaultQuantity?: number | undefined;
  /** Without them area codes are not checked, as in a second reading. */
  areaCodes?: AreaCodeRules | undefined;
};

/** Throws AppError `invalid_usage` when the default is no valid quantity. */
export function defaultQuantityOf({ defaultQuantity }: ReadOptions): number | null {
  if (defaultQuantity === undefined) return null;
  if (defaultQuantity > 0 && readQuantity(String(defaultQuantity)) === defaultQuantity) {
    return defaultQuantity;
  }
  const message = `The default quantity must be ${EXPECTED.quantity}, not ${defaultQuantity}.`;
  throw new AppError('invalid_usage', message, { defaultQuantity });
}
