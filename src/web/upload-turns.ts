import { AppError } from '../errors.ts';
import { openSlots } from '../slots.ts';

/** More uploads would wait for more than a minute. */
const MOST_WAITING = 20;
/** About how long an upload of 100,000 lines takes, s. */
const EACH_S = 3;

let waiting = 0;
const oneByOne = openSlots(1);

/**
 * Checks or stores one upload after the other. Each takes the processor and a database connection
 * for seconds, and pages and probes must be answered meanwhile. Throws AppError `busy` when too
 * many wait.
 */
export async function inTurn<T>(use: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) {
    const retryAfterS = waiting * EACH_S;
    throw new AppError(
      'busy',
      `${waiting} uploads are waiting to be read. Nothing was stored. ` +
        `Send this one again in ${retryAfterS} s.`,
      { waiting, retryAfterS },
    );
  }
  waiting += 1;
  return oneByOne(use).finally(() => {
    waiting -= 1;
  });
}
