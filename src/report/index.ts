export { Drafts } from './drafts.ts';
export { knownRemainder } from './known-remainder.ts';
export { RESULT_NAMES, type ResultName, resultFile } from './result-file.ts';
export { isHolder, resultFileIn, resultsIn } from './results-in.ts';
export { writeResults } from './write-results.ts';
