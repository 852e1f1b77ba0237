import { realTimer, type Timer } from '../../done-within.ts';
import { AppError } from '../../errors.ts';

export type BatcherOptions<Item, Key, Result> = {
  /**
   * One statement for all of them; resolves to what became of each, by its key. What it does after
   * `next` does not hold up the next statement.
   */
  run(items: Item[], next: () => void): Promise<Map<Key, Result>>;
  /** No key is twice in one batch: the second one waits for the next. */
  keyOf(item: Item): Key;
  /** Statements under way at once: with more of them, each has fewer items. */
  atOnce: number;
  timer?: Timer | undefined;
};

/** Items in one statement, at most. */
const MOST = 200;
/** A statement that takes longer than this, ms, does not hold up the others. */
const LONG_MS = 1_000;

/**
 * Makes one statement out of what many ask for at about the same time: while as many as may be are
 * under way, the others gather for the next. A statement of forty costs the database little more
 * than one of one.
 *
 * Each is told its own result; undefined when the statement had none for it. One odd item must not
 * fail the others: when a statement is refused, each of its items is tried in one of its own. Not
 * so when the database is away: then all are told.
 */
export function batcher<Item, Key, Result>({
  run,
  keyOf,
  atOnce,
  timer = realTimer,
}: BatcherOptions<Item, Key, Result>): (item: Item) => Promise<Result | undefined> {
  type Entry = { item: Item; settle: PromiseWithResolvers<Result | undefined> };
  let gathered: Entry[] = [];
  let underWay = 0;
  let isPlanned = false;

  function plan(): void {
    if (isPlanned || underWay >= atOnce || gathered.length === 0) return;
    isPlanned = true;
    // After the events of this turn of the loop: answers often arrive several at a time.
    setImmediate(() => {
      isPlanned = false;
      send(nextBatch());
      plan();
    });
  }

  function nextBatch(): Entry[] {
    const batch = new Map<Key, Entry>();
    const later: Entry[] = [];
    for (const entry of gathered) {
      const key = keyOf(entry.item);
      if (batch.size < MOST && !batch.has(key)) batch.set(key, entry);
      else later.push(entry);
    }
    gathered = later;
    return [...batch.values()];
  }

  async function send(batch: Entry[]): Promise<void> {
    let isNext = false;
    const next = () => {
      if (isNext) return;
      isNext = true;
      underWay -= 1;
      plan();
    };
    underWay += 1;
    const callOff = timer(LONG_MS, next);
    try {
      await settle(batch, next);
    } catch (error) {
      if (batch.length === 1 || isAway(error))
        for (const entry of batch) entry.settle.reject(error);
      else for (const entry of batch) await settle([entry], () => {}).catch(entry.settle.reject);
    }
    callOff();
    next();
  }

  async function settle(batch: Entry[], next: () => void): Promise<void> {
    const results = await run(
      batch.map(({ item }) => item),
      next,
    );
    for (const { item, settle } of batch) settle.resolve(results.get(keyOf(item)));
  }

  return (item) => {
    const entry = { item, settle: Promise.withResolvers<Result | undefined>() };
    gathered.push(entry);
    plan();
    return entry.settle.promise;
  };
}

/** Whatever was asked may have been done, or not. */
export function isAway(error: unknown): boolean {
  return error instanceof AppError && /^(ledger|witness)_down$/.test(error.code);
}
