/**
 * SQL for waits that end at a moment of the database's clock. That clock may be set back, and then
 * the end lies further away than any wait can last. Such a wait counts as over. So no wait lasts
 * longer than `longest` (an interval) from now.
 */

/** Whether the wait until that moment is over. Null: nothing waits; as `longest`: no bound. */
export const isOver = (until: string, longest: string): string =>
  `(${until} is null or ${until} <= ledger.now()
    or coalesce(${until} > ledger.now() + ${longest}, false))`;

/** What is left of the wait until that moment, ms; 0 when it is over. */
const msLeft = (until: string, longest: string): string =>
  `(case when ${isOver(until, longest)} then 0
    else extract(epoch from ${until} - ledger.now()) * 1000 end)::float8`;

/** Whether that much time has passed since a moment; one that lies in the future is long ago. */
export const hasPassedSince = (moment: string, gap: string): string =>
  isOver(`(${moment} + ${gap})`, gap);

/** The longest wait of an order that is to be tried again, ms. A longer one counts as over. */
export const LONGEST_RETRY_MS = 60_000;
const LONGEST_RETRY = `interval '${LONGEST_RETRY_MS} ms'`;

/** Whether the order `o` may be tried, as far as its last try goes; and in how many ms. */
export const IS_DUE = isOver('o.not_before', LONGEST_RETRY);
export const DUE_IN_MS = msLeft('o.not_before', LONGEST_RETRY);

/** Whether the account `a` does not rest; and how long it still does, ms. */
export const HAS_RESTED = isOver('a.resume_at', `a.rest_ms * interval '1 ms'`);
export const REST_MS = msLeft('a.resume_at', `a.rest_ms * interval '1 ms'`);
