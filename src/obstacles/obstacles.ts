/**
 * The obstacles to an account's buying, in one place for pages, API, commands and metrics. No
 * obstacle loses anything: each says why no order is sent, and what ends that.
 */
import type { Obstacle } from '../documents/index.ts';
import { type Ledger, type ObstacleFacts, readObstacleFacts } from '../ledger/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import { doneWithin } from '../timing/index.ts';

/** Where to look. */
export type ObstacleSources = {
  ledger: Ledger;
  /**
   * An account's queue, which the caller does not close. Null: none is at hand, so it is not
   * checked.
   */
  queueOf: ((account: string) => Promise<OrderQueue>) | null;
  /** The accounts whose worker this process is: they need no sign of other workers. */
  worksFor?: readonly string[];
  /** A queue that is silent for longer counts as away, ms; a command has to open it first. */
  queueWithinMs?: number;
};

/** A page waits for this. */
const QUEUE_WITHIN_MS = 1_000;
/** A shorter rest that the vendor asked for is a part of the pace, ms. */
const SHORT_REST_MS = 5_000;

/**
 * What keeps the account from buying, most important first; empty when nothing does. Also works
 * without a running plan. Throws AppError `ledger_down`; a queue that is away is an obstacle
 * itself.
 */
export async function obstaclesOf(sources: ObstacleSources, account: string): Promise<Obstacle[]> {
  const [facts] = await readObstacleFacts(sources.ledger, account);
  return facts ? lookAt(sources, facts) : [];
}

/** The same of all accounts, by name. */
export async function obstaclesOfAll(sources: ObstacleSources): Promise<Map<string, Obstacle[]>> {
  const all = await readObstacleFacts(sources.ledger);
  const found = all.map(
    async (facts): Promise<[string, Obstacle[]]> => [facts.account, await lookAt(sources, facts)],
  );
  return new Map(await Promise.all(found));
}

async function lookAt(sources: ObstacleSources, facts: ObstacleFacts): Promise<Obstacle[]> {
  const isWorker = sources.worksFor?.includes(facts.account) ?? false;
  const found = obstaclesIn(facts, await stateOfQueue(sources, facts.account));
  return found.filter(({ kind }) => kind !== 'no_worker' || !isWorker);
}

type QueueState = 'working' | 'paused' | 'away';

async function stateOfQueue(
  { queueOf, queueWithinMs = QUEUE_WITHIN_MS }: ObstacleSources,
  account: string,
): Promise<QueueState> {
  if (!queueOf) return 'working';
  // Not at the top: most commands look at no queue, and BullMQ takes long to load.
  const { isOnHold } = await import('../queue/index.ts');
  const asked = queueOf(account).then(isOnHold);
  const isThere = await doneWithin(queueWithinMs, asked).catch(() => false);
  if (!isThere) return 'away';
  return (await asked) ? 'paused' : 'working';
}

function obstaclesIn(facts: ObstacleFacts, queue: QueueState): Obstacle[] {
  const found: Obstacle[] = [];
  const add = (kind: Obstacle['kind'], words: string, cause: string | null = null) =>
    found.push({ kind, words, cause, until: null });
  const { account, pausedReason, notReached } = facts;
  if (pausedReason !== null) found.push(pauseOf(account, pausedReason));
  if (queue === 'paused') add('queue_paused', `The queue of ${account} is paused on its board.`);
  if (queue === 'away') add('queue_away', `The queue of ${account} does not answer.`);
  if (facts.workers === 0) add('no_worker', `No worker is running for ${account}.`);
  // Its own words begin with what is known: that nothing was sent.
  if (notReached !== null)
    add('vendor_away', `The vendor cannot be reached. ${notReached}`, notReached);
  const rest = restOf(facts);
  if (rest) found.push(rest);
  if (facts.isRequeued) add('clock_set', 'A clock was set, and the queue is being built again.');
  return found;
}

/** That a person or the breaker has paused the account. */
export function pauseOf(account: string, cause: string): Obstacle {
  const words = `Account ${account} is paused: ${cause}`;
  return { kind: 'account_paused', words, cause, until: null };
}

function restOf(facts: ObstacleFacts): Obstacle | null {
  const { isResting, restReason, restMs, restsForLimit } = facts;
  if (!isResting) return null;
  const until = new Date(Date.now() + restMs);
  if (restReason === null) {
    if (restMs < SHORT_REST_MS) return null;
    return { kind: 'throttled', words: 'The vendor asked us to slow down.', cause: null, until };
  }
  const words = `${restReason}.`;
  if (restsForLimit) return { kind: 'limit', words, cause: null, until };
  return { kind: 'comparing', words, cause: null, until: null };
}
