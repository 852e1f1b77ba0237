import { type ConnectionOptions, createPostgresBackend, Queue, runMigrations } from 'bullmq';
import { AppError } from '../errors.ts';
import { beginQueue, type Ledger, type QueuePool, type ServerFault } from '../ledger/index.ts';
import type { MarkStore } from '../witness/index.ts';
import { RedisMarks } from './marks.ts';
import { MemoryBackend, MemoryJobs } from './memory/index.ts';
import {
  connectRedis,
  type RedisClient,
  redisAddress,
  redisFault,
  workerConnection,
} from './redis.ts';

/** An account's queue: it decides order and speed, and the ledger decides what may be bought. */
export type OrderQueue = {
  readonly queue: Queue;
  /** What a worker of this queue needs. */
  readonly backend: Backend;
  /** What is wrong with the server's settings for a queue; null: nothing. */
  fault(): Promise<ServerFault | null>;
  /** The marks of that name, which all processes share; null: the queue keeps no marks. */
  marks(name: string): MarkStore | null;
  close(): Promise<void>;
};

type Backend = {
  /** Called once per worker, which gets its own connections. */
  connect(): ConnectionOptions;
  /** Prefix of the keys on Redis. */
  prefix: string;
  /**
   * How BullMQ opens its store. BullMQ's types fix this at compile time, with `undefined` for
   * Redis. It is chosen at run time here, so other factories are cast to `undefined`.
   */
  factory: undefined;
};

/** BullMQ's own prefix. */
const PREFIX = 'bull';
/** A queue needs one node. A cluster keeps keys with the same text in braces on one node. */
const clusterPrefix = (queue: string) => `{${queue}}`;

/** How long a silent worker keeps a job, ms. Another gets the job after 17 to 21 s (measured). */
export const LOCK_MS = 15_000;

/** Finished jobs of each kind that are kept for Bull Board. */
export const KEPT = 1_000;

/** Where queues are. `redisUrl` is null: in the ledger's database, or in memory. */
export type QueuePlace = { ledger: Ledger; redisUrl: string | null };

/**
 * Opens the account's queue: on Redis or Valkey when there is a `redisUrl`, else in the ledger's
 * own PostgreSQL, else in memory. Throws AppError `bad_config` for an unreadable address,
 * `queue_down` when Redis does not answer within 5 s, and `ledger_down` when the database is away.
 */
export async function openQueue(
  accountName: string,
  { ledger, redisUrl }: QueuePlace,
): Promise<OrderQueue> {
  const name = queueName(accountName);
  if (redisUrl) return openOnRedis(name, redisUrl);
  return ledger.queuePool
    ? openInLedger(name, ledger.queuePool())
    : openInMemory(name, await jobsOf(ledger, accountName));
}

export function queueName(accountName: string): string {
  return `orders-${accountName}`;
}

async function openInLedger(name: string, pool: QueuePool): Promise<OrderQueue> {
  const backend = {
    connect: () => pool as unknown as ConnectionOptions,
    prefix: PREFIX,
    factory: createPostgresBackend as unknown as undefined,
  };
  const queue = await openTables(pool)
    .then(() => openReady(name, backend))
    .catch((cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError(
        'ledger_down',
        `The queue in the database cannot be opened (${reason}). Check that PostgreSQL is running.`,
        { reason },
      );
    });
  return withoutServer(queue, backend);
}

/** A queue without a server of its own keeps no marks, and no settings can be wrong. */
function withoutServer(queue: Queue, backend: Backend): OrderQueue {
  const close = () => queue.close();
  return { queue, backend, fault: async () => null, marks: () => null, close };
}

async function openTables(pool: QueuePool): Promise<void> {
  const client = (await pool.connect()) as {
    query: (text: string, params?: readonly unknown[]) => Promise<{ rows: never[] }>;
    release: () => void;
  };
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** Waits until the queue is open: BullMQ remembers a failed opening for ever. */
async function openReady(name: string, { connect, factory }: Backend): Promise<Queue> {
  const queue = new Queue(name, { connection: connect() }, factory);
  queue.on('error', ignore);
  await queue.waitUntilReady();
  return queue;
}

/** The queues in memory, by the account's name. They live as long as their ledger is open. */
const inMemory = new WeakMap<Ledger, Map<string, Promise<MemoryJobs>>>();

function jobsOf(ledger: Ledger, account: string): Promise<MemoryJobs> {
  const queues = inMemory.get(ledger) ?? new Map<string, Promise<MemoryJobs>>();
  inMemory.set(ledger, queues);
  const known = queues.get(account);
  if (known) return known;
  const jobs = beginQueue(ledger, account).then((isPaused) => new MemoryJobs(isPaused));
  queues.set(account, jobs);
  jobs.catch(() => queues.delete(account));
  return jobs;
}

async function openInMemory(name: string, jobs: MemoryJobs): Promise<OrderQueue> {
  const backend = {
    connect: () => ({}),
    prefix: PREFIX,
    factory: ((name: string) => new MemoryBackend(name, jobs, KEPT)) as unknown as undefined,
  };
  return withoutServer(await openReady(name, backend), backend);
}

async function openOnRedis(name: string, url: string): Promise<OrderQueue> {
  const address = redisAddress(url);
  const redis = await connectRedis(address);
  const prefix = address.kind === 'cluster' ? clusterPrefix(name) : PREFIX;
  const queue = new Queue(name, { connection: redis, prefix });
  queue.on('error', ignore);
  const clients: RedisClient[] = [redis];
  return {
    queue,
    backend: {
      connect: () => workerConnection(address, clients),
      prefix,
      factory: undefined,
    },
    fault: () => redisFault(redis),
    marks: (name) => new RedisMarks(redis, name),
    async close() {
      await queue.close();
      for (const client of clients) client.disconnect();
    },
  };
}

/** A queue that is away rejects its callers. Without a listener BullMQ prints the error object. */
function ignore(): void {}
