export { EVERYBODY, type Limit, type LimitState, limitsOn, PERIODS } from './limit.ts';
export { estimateWords, isBeyond, limitWords, stateWords } from './words.ts';
