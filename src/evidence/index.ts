export { type Asked, fits } from './fits.ts';
export { compareListing, type Reading } from './listing.ts';
export {
  judgeUnknowns,
  type Listing,
  type UnknownAttempt,
  type Verdict,
} from './verdict.ts';
