export { NUMBER_TYPES, type NumberType } from '../number-type.ts';
export { annotatePlan } from './annotate.ts';
export {
  AREA_CODES_SHOWN,
  type AreaCodeRules,
  areaCodeWords,
  mainAreaCodes,
} from './area-codes.ts';
export { checkDocument, checkPlan, type PlanCheck } from './check.ts';
export { COLUMN_NAMES, COLUMNS, type Line, type OrderOptions, type Values } from './columns.ts';
export { type Cell, cellWriter, csvOf } from './csv.ts';
export { stillKeptTrying, TRY_EVERY_MS } from './keep-trying.ts';
export { marksTheList } from './list-marks.ts';
export type { ReadOptions } from './options.ts';
export { type PlanError, shown, type Warning } from './plan-error.ts';
export { readLines } from './read-lines.ts';
export {
  LINES_COLUMNS,
  NUMBERS_COLUMNS,
  resultNames,
  SURPLUS_COLUMNS,
  UNKNOWN_COLUMNS,
} from './result-columns.ts';
export { guarded } from './spreadsheet.ts';
export { refuseUnanswered, unanswered } from './warnings.ts';
