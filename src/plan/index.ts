export { NUMBER_TYPES, type NumberType } from './cells.ts';
export { checkPlan, type PlanCheck } from './check.ts';
export type { Fault, Warning } from './fault.ts';
export type { Line } from './judge.ts';
export { mendPlan } from './mend.ts';
export type { ReadOptions } from './options.ts';
export { ORDER_MAX, orderCount } from './orders.ts';
export { readLines } from './read-lines.ts';
