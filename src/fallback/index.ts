export { Expander } from './expand.ts';
export { type Ladder, laddersHash, type Step } from './ladder.ts';
export { hasCap, readFallback, withCapsLeft } from './read.ts';
export { mostTollFree } from './toll-free.ts';
export { ladderWords } from './words.ts';
