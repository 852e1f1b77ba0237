export { type AskedNumbers, fits, TOLL_FREE } from './fits.ts';
export {
  type Buyer,
  type LeftOver,
  type Listed,
  leftOver,
  NONE_LEFT,
  ordersNamed,
  whoHas,
} from './left-over.ts';
export {
  compareListing,
  type Gone,
  type Listing,
  type ListReading,
  type Missing,
  type Sighting,
} from './listing.ts';
export { type Asker, type OpenLine, openByLine } from './open-lines.ts';
export { type Suspect, type Unexplained, unexplained } from './unexplained.ts';
export type { UnknownAttempt } from './unknown-attempt.ts';
export { judgeUnknowns, type Verdict } from './verdict.ts';
