export { KINDS } from './area-code.ts';
export type { AreaCodeProblem, LocalType } from './area-code-problem.ts';
export { changesBetween } from './changes.ts';
export { embeddedNumbering, readReportFile } from './files.ts';
export { dayOf, type Numbering } from './numbering.ts';
