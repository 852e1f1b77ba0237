import { type ConnectionOptions, createPostgresBackend, Queue, runMigrations } from 'bullmq';
import { AppError } from '../errors.ts';
import type { Ledger, QueuePool, ServerFault } from '../ledger/index.ts';
import type { MarkStore } from '../witness/index.ts';
import { redisMarks } from './marks.ts';
import {
  connectRedis,
  evictionFault,
  type RedisClient,
  redisAddress,
  workerConnection,
} from './redis.ts';

/** An account's queue of orders. It only says in which order and how fast; the ledger says what. */
export type OrderQueue = {
  readonly queue: Queue;
  /** What a worker of this queue needs: it opens connections of its own. */
  readonly backend: Backend;
  /** How the server is not set up as a queue needs it; null when it is. */
  fault(): Promise<ServerFault | null>;
  /**
   * Where the marks of a name are kept, for all processes; null: nowhere but in the ledger itself.
   */
  marks(name: string): MarkStore | null;
  close(): Promise<void>;
};

/**
 * BullMQ's types tie a queue to its make at compile time, with `undefined` for Redis; ours is
 * chosen at run time, so the Postgres factory passes as that.
 */
type Backend = {
  /** Asked once a worker. */
  connect(): ConnectionOptions;
  /** What the keys on Redis begin with. */
  prefix: string;
  factory: undefined;
  /** How long a job is left to a worker that has fallen silent, ms. */
  lockMs: number;
};

/**
 * BullMQ's own. A cluster keeps what has the same text in braces on one node, as a queue must be.
 */
const PREFIX = 'bull';
const clusterPrefix = (queue: string) => `{${queue}}`;

/** What a killed worker had in hand is taken up by another within 30 s; measured: 17 to 21 s. */
const LOCK_MS = 15_000;
/**
 * The embedded database may hold up the event loop, and there is nobody else to take anything up.
 */
const EMBEDDED_LOCK_MS = 30_000;

/**
 * Opens the account's queue: on Redis or Valkey when there is a `redisUrl`, else in the ledger's
 * own database. Throws AppError `bad_config` for an address that cannot be read, `queue_down` when
 * Redis does not answer within 5 s, and `ledger_down` when the database goes away meanwhile.
 */
export async function openQueue(
  accountName: string,
  { ledger, redisUrl }: { ledger: Ledger; redisUrl: string | null },
): Promise<OrderQueue> {
  return redisUrl
    ? openOnRedis(queueName(accountName), redisUrl)
    : openInLedger(queueName(accountName), ledger);
}

export function queueName(accountName: string): string {
  return `orders-${accountName}`;
}

async function openInLedger(name: string, ledger: Ledger): Promise<OrderQueue> {
  const pool = ledger.queuePool();
  const backend = {
    connect: () => pool as unknown as ConnectionOptions,
    prefix: PREFIX,
    factory: createPostgresBackend as unknown as undefined,
    lockMs: ledger.kind === 'embedded' ? EMBEDDED_LOCK_MS : LOCK_MS,
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
  return {
    queue,
    backend,
    fault: async () => null,
    marks: () => null,
    close: () => queue.close(),
  };
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

/** BullMQ keeps a failure to open for ever: then it must not be used at all. */
async function openReady(name: string, { connect, factory }: Backend): Promise<Queue> {
  const queue = new Queue(name, { connection: connect() }, factory);
  queue.on('error', ignore);
  await queue.waitUntilReady();
  return queue;
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
      lockMs: LOCK_MS,
    },
    fault: () => evictionFault(redis),
    marks: (name) => redisMarks(redis, name),
    async close() {
      await queue.close();
      for (const client of clients) client.disconnect();
    },
  };
}

/**
 * Whoever asks something of a queue that is away is told by a rejection, and the worker tells the
 * log; unheard, BullMQ prints the error as it is, with all that hangs on it.
 */
function ignore(): void {}
