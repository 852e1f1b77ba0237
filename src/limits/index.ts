export { EVERYBODY, type Limit, type LimitState, limitsOn, PERIODS } from './limit.ts';
export { isAbove, startWords, type Threshold, thresholdWords } from './threshold.ts';
export { estimateWords, isBeyond, limitWords, stateWords } from './words.ts';
