import { hasCode } from '../../errors.ts';
import { realTimer, type Timer } from '../../timing/index.ts';

type BatcherOptions<Item, Key, Result> = {
  /** Each item's result by its key. Work after `releaseSlot` holds up no other statement. */
  run(items: Item[], releaseSlot: () => void): Promise<Map<Key, Result>>;
  /** A batch holds a key once. The second item with the key waits for the next batch. */
  keyOf(item: Item): Key;
  timer?: Timer | undefined;
};

type Entry<Item, Result> = { item: Item; result: PromiseWithResolvers<Result | undefined> };

/** Most items in one statement. */
const MOST = 200;
/** After this, ms, a slow statement no longer holds up the others. */
const LONG_MS = 1_000;

/**
 * Combines requests that come at about the same time into one statement: forty cost the database
 * little more than one. While it is in flight, requests gather for the next; two statements at once
 * would halve the batches. Each caller gets its own result, or undefined. When a statement is
 * refused, each item runs in one of its own. When the database is away, all callers get the error.
 */
export function batcher<Item, Key, Result>(
  options: BatcherOptions<Item, Key, Result>,
): (item: Item) => Promise<Result | undefined> {
  const { keyOf, timer = realTimer } = options;
  let gathered: Entry<Item, Result>[] = [];
  let underWay: Entry<Item, Result>[] | undefined;
  let isPlanned = false;

  function plan(): void {
    if (isPlanned || underWay || gathered.length === 0) return;
    isPlanned = true;
    // Runs after the events of this turn of the loop: answers often arrive several at a time.
    setImmediate(() => {
      isPlanned = false;
      const { batch, later } = divide(gathered, ({ item }) => keyOf(item));
      gathered = later;
      send(batch);
      plan();
    });
  }

  async function send(batch: Entry<Item, Result>[]): Promise<void> {
    const releaseSlot = () => {
      if (underWay !== batch) return;
      underWay = undefined;
      plan();
    };
    underWay = batch;
    const callOff = timer(LONG_MS, releaseSlot);
    await answer(batch, options, releaseSlot);
    callOff();
    releaseSlot();
  }

  return (item) => {
    const entry = { item, result: Promise.withResolvers<Result | undefined>() };
    gathered.push(entry);
    plan();
    return entry.result.promise;
  };
}

async function answer<Item, Key, Result>(
  batch: Entry<Item, Result>[],
  options: BatcherOptions<Item, Key, Result>,
  releaseSlot: () => void,
): Promise<void> {
  const items = batch.map(({ item }) => item);
  try {
    const results = await options.run(items, releaseSlot);
    for (const { item, result } of batch) result.resolve(results.get(options.keyOf(item)));
  } catch (error) {
    if (batch.length === 1 || isAway(error)) for (const { result } of batch) result.reject(error);
    else for (const entry of batch) await answer([entry], options, () => {});
  }
}

/** The entries of the next statement, with each key once, and those that wait for a later one. */
function divide<Entry, Key>(entries: Entry[], keyOf: (entry: Entry) => Key) {
  const batch = new Map<Key, Entry>();
  const later: Entry[] = [];
  for (const entry of entries) {
    const key = keyOf(entry);
    if (batch.size < MOST && !batch.has(key)) batch.set(key, entry);
    else later.push(entry);
  }
  return { batch: [...batch.values()], later };
}

/** The ledger or the witness could not be reached: what was asked for may have been done. */
export function isAway(error: unknown): boolean {
  return hasCode(error, 'ledger_down', 'witness_down');
}
