export type { FileFacts } from './facts.ts';
export { RESULT_NAMES, type ResultName, resultFile } from './result-file.ts';
export type { Summary } from './summary.ts';
export { writeResults } from './write-results.ts';
