import type { EventEmitter } from 'node:events';
import { type ConnectionOptions, createPostgresBackend, Queue, runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import { AppError } from '../errors.ts';
import type { Ledger, QueuePool } from '../ledger/index.ts';

/** An account's queue of orders. It only says in which order and how fast; the ledger says what. */
export type OrderQueue = {
  readonly queue: Queue;
  /** What a worker of this queue needs: it opens connections of its own. */
  readonly backend: Backend;
  /** A sentence for the log when the server is not set up as a queue needs it; null when it is. */
  warning(): Promise<string | null>;
  close(): Promise<void>;
};

/**
 * BullMQ's types tie a queue to its make at compile time, with `undefined` for Redis; ours is chosen
 * at run time, so the Postgres factory passes as that.
 */
type Backend = {
  connection: ConnectionOptions;
  factory: undefined;
  /** How long a job is left to a worker that has fallen silent, ms. */
  lockMs: number;
};

const REDIS_CONNECT_MS = 5_000;

/** What a killed worker had in hand is taken up by another within 30 s; measured: 17 to 21 s. */
const LOCK_MS = 15_000;
/** The embedded database may hold up the event loop, and there is nobody else to take anything up. */
const EMBEDDED_LOCK_MS = 30_000;

/**
 * Opens the account's queue: on Redis or Valkey when there is a `redisUrl`, else in the ledger's own
 * database. Throws AppError `queue_down` when Redis does not answer within 5 s, and `ledger_down` when
 * the database goes away meanwhile.
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
  pool.on('connect', hearEnd);
  const backend = {
    connection: pool as unknown as ConnectionOptions,
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
    warning: async () => null,
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
async function openReady(name: string, { connection, factory }: Backend): Promise<Queue> {
  const queue = new Queue(name, { connection }, factory);
  queue.on('error', ignore);
  await queue.waitUntilReady();
  return queue;
}

async function openOnRedis(name: string, url: string): Promise<OrderQueue> {
  const redis = await connectRedis(url);
  const queue = new Queue(name, { connection: redis });
  queue.on('error', ignore);
  return {
    queue,
    backend: {
      // A worker waits on its connection and must not give up while Redis is away.
      connection: { ...redisOptions(url), maxRetriesPerRequest: null },
      factory: undefined,
      lockMs: LOCK_MS,
    },
    warning: () => evictionWarning(redis),
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}

/**
 * Whoever asks something of a queue that is away is told by a rejection, and the worker tells the
 * log; unheard, BullMQ prints the error as it is, with all that hangs on it.
 */
function ignore(): void {}

/**
 * The pool listens to its idle connections only, and BullMQ to none that it opens itself with: when
 * the server ended one of those, the unheard event ended the process.
 */
function hearEnd(client: EventEmitter): void {
  if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
}

/** A producer's own connection: it fails at once while Redis is away, instead of waiting for ever. */
async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis({
    ...redisOptions(url),
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: REDIS_CONNECT_MS,
    lazyConnect: true,
  });
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    last = error;
  });
  try {
    await Promise.race([redis.connect(), rejectAfter(REDIS_CONNECT_MS)]);
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    const cause = (last ?? error) as NodeJS.ErrnoException;
    const reason = cause.code ?? cause.message;
    throw new AppError(
      'queue_down',
      `Redis cannot be reached (${reason}). Check that it is running and that REDIS_URL names its host, port and password; without REDIS_URL the queue is kept in the database.`,
      { reason },
    );
  }
}

function redisOptions(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    db: Number(pathname.slice(1) || 0),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    // Without it a demoted master is asked thousands of times a second for ever (measured).
    reconnectOnError: (error: Error): false | 2 =>
      error.message.startsWith('READONLY') ? 2 : false,
  };
}

async function evictionWarning(redis: Redis): Promise<string | null> {
  // Hosted Redis often forbids CONFIG; nothing is known then.
  const answer = await redis.config('GET', 'maxmemory-policy').catch(() => null);
  const policy = Array.isArray(answer) ? answer[1] : undefined;
  if (!policy || policy === 'noeviction') return null;
  return `Redis may evict jobs: its maxmemory-policy is ${policy}. Set it to noeviction. Nothing is lost or bought twice, but orders wait until the sweep puts them back.`;
}

function rejectAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), ms).unref();
  });
}
