export { readJson, readJsonFile } from './json.ts';
export { memoized } from './memoized.ts';
export { unknownNames } from './unknown-names.ts';
export { distance, isRealDay, nameKey, nearMiss, SAYS_NOTHING } from './words.ts';
