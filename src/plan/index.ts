export { refuseUnanswered, unanswered } from './answer.ts';
export type { AreaCodeRules, AreaCodeSum } from './area-codes.ts';
export { NUMBER_TYPES, type NumberType } from './cells.ts';
export { checkPlan, type PlanCheck } from './check.ts';
export type { Fault, Warning } from './fault.ts';
export type { Line } from './judge.ts';
export { mendPlan } from './mend.ts';
export type { ReadOptions } from './options.ts';
export { readLines } from './read-lines.ts';
export {
  LINES_COLUMNS,
  NUMBERS_COLUMNS,
  REMAINDER_COLUMNS,
  resultNames,
} from './result-columns.ts';
export { guarded } from './spreadsheet.ts';
