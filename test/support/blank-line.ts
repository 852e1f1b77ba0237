import { COLUMNS, type Values } from '../../src/plan/index.ts';

/** What a row of blank cells would ask for. */
export const BLANK_LINE = Object.fromEntries(
  COLUMNS.map(({ field, blank }) => [field, blank]),
) as Values;
