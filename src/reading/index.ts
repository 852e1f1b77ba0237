export { readJson, readJsonFile } from './json.ts';
export { memoized } from './memoized.ts';
export { NOT_APPLICABLE, SAYS_NOTHING } from './says-nothing.ts';
export { unknownNames } from './unknown-names.ts';
export { distance, isRealDay, nameKey, nearMiss } from './words.ts';
