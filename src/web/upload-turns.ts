import { AppError } from '../errors.ts';

/** Uploads that may wait for their turn; more would wait for minutes. */
const MOST_WAITING = 20;
/** How long each takes, about, s: a hundred thousand lines. */
const EACH_S = 3;

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Checks or stores one upload after the other. Each takes the processor and a connection of the
 * database for seconds, and pages, probes and watchers are to be answered meanwhile.
 *
 * Throws AppError `busy`, with the number that waits, when too many do.
 */
export async function inTurn<T>(use: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) {
    const retryAfterS = waiting * EACH_S;
    throw new AppError(
      'busy',
      `${waiting} uploads are waiting to be read. Nothing was stored. Send this one again in ${retryAfterS} s.`,
      { waiting, retryAfterS },
    );
  }
  waiting += 1;
  const mine = last.then(use).finally(() => {
    waiting -= 1;
  });
  last = mine.catch(() => {});
  return mine;
}
