export { type Asked, compete, fits } from './fits.ts';
export { compareListing, type Reading } from './listing.ts';
export {
  judgeUnknowns,
  type Listing,
  type Postponed,
  type UnknownAttempt,
  type Verdict,
} from './verdict.ts';
