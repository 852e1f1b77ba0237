export { Expander } from './expand.ts';
export { type Ladder, laddersHash, type Step } from './ladder.ts';
export { hasCap, mostTollFree, readFallback, withCapsLeft } from './read.ts';
export { LACK_FOLLOWS, ladderWords } from './words.ts';
