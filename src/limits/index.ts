export { type Limit, type LimitState, limitsOn } from './limit.ts';
export { readLimits } from './read.ts';
export { estimateWords, isBeyond, limitWords, stateWords } from './words.ts';
