export { annotatePlan } from './annotate.ts';
export { refuseUnanswered, unanswered } from './answer.ts';
export type { AreaCodeRules, AreaCodeSum } from './area-codes.ts';
export { NUMBER_TYPES, type NumberType } from './cells.ts';
export { checkPlan, type PlanCheck } from './check.ts';
export type { ReadOptions } from './options.ts';
export type { PlanError, Warning } from './plan-error.ts';
export { readLines } from './read-lines.ts';
export {
  LINES_COLUMNS,
  NUMBERS_COLUMNS,
  REMAINDER_COLUMNS,
  resultNames,
} from './result-columns.ts';
export { guarded } from './spreadsheet.ts';
export type { Line } from './validate-row.ts';
