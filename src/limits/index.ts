export type { LimitState, Threshold } from '../documents/index.ts';
export { EVERYBODY, type Limit, limitsOn, PERIODS } from './limit.ts';
export { isAbove, startWords, thresholdWords } from './threshold.ts';
export { estimateWords, isBeyond, limitWords, stateWords } from './words.ts';
