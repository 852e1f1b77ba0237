export { type Asked, fits } from './fits.ts';
export { compareListing, type Gone, type Listing, type Missing, type Reading } from './listing.ts';
export { type Suspect, unexplained } from './unexplained.ts';
export {
  judgeUnknowns,
  type UnknownAttempt,
  type Verdict,
} from './verdict.ts';
