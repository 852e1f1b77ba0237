import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { certificateFault } from '../../certificate.ts';
import { AppError } from '../../errors.ts';
import { doneWithin } from '../../timing/index.ts';
import {
  type Ledger,
  ledgerClosed,
  type Queries,
  type QueuePool,
  type Transaction,
} from '../ledger.ts';
import { DISK_FULL } from './disk-full.ts';
import { PLANNER_SETTINGS } from './planner.ts';
import { readPostgresUrl } from './postgres-url.ts';
import { watchForSilence } from './silent-connections.ts';
import { statementName } from './statement-name.ts';

/** Statements in flight at once per process; more did not make anything faster when measured. */
const POOL_SIZE = 4;
/** BullMQ holds one connection to listen on for each worker, and shares these. */
const QUEUE_POOL_SIZE = 4;
/** A busy machine may take seconds; a worker may be silent for 20 s. */
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_WITHIN_MS = 3_000;
/** An idle connection is tried after this, ms; Node then tries ten times, once a second. */
const KEEP_ALIVE_AFTER_MS = 10_000;

const INT8 = 20;

/**
 * Settings that our statements depend on. Without `jit=off` the planner, which does not see our
 * bounds, would compile a short statement for longer than it runs.
 */
const SETTINGS = [
  'jit=off',
  ...PLANNER_SETTINGS,
  'synchronous_commit=on',
  // What waits for a lock looks afterwards at what holds by then.
  'default_transaction_isolation=read\\ committed',
  'datestyle=ISO',
  'timezone=UTC',
  'search_path=pg_catalog',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/**
 * Opens PostgreSQL 15 or newer, lazily, for a process with at most `workers` workers. Throws
 * AppError `bad_config` when the URL cannot be understood.
 */
export function openPostgres(
  address: string,
  { workers = 1, silentMs }: { workers?: number; silentMs?: number } = {},
): Ledger & { queuePool(): QueuePool } {
  const url = readPostgresUrl(address);
  const pool = createPool(url, {
    max: POOL_SIZE,
    types: { getTypeParser: parserOf },
    options: SETTINGS,
  });
  const silence = watchForSilence(url, silentMs);
  silence.watch(pool);
  let queuePool: pg.Pool | undefined;

  return {
    kind: 'postgres',
    ended: new Promise(() => {}),
    journal: null,
    warnings: [],
    ...queriesOn(pool),
    transaction: (work) => repeated(() => transactionOn(pool, work)),
    queuePool() {
      if (queuePool === undefined) {
        const max = QUEUE_POOL_SIZE + workers;
        queuePool = createPool(url, { max, options: '-c search_path=bullmq' });
        silence.watch(queuePool);
      }
      const own = queuePool;
      // BullMQ listens again at each opening. Without the server it opens once a second.
      return {
        connect: () => own.connect(),
        query: (text, values) => own.query(text, values && [...values]),
        end: async () => {},
        on: () => {},
        removeAllListeners: () => {},
      };
    },
    async close() {
      // It waits for statements under way, and one that hangs would keep the process for ever.
      await doneWithin(CLOSE_WITHIN_MS, Promise.all([pool.end(), queuePool?.end()]));
      silence.stop();
    },
  };
}

/** SQLSTATEs of a deadlock, and of a lock that a statement would not wait for. */
const HELD_BY_OTHERS = /^(40P01|55P03)$/;
const PAUSES_MS = [20, 50, 100, 200, 500];

/** Repeats it while others hold what it needs. Throws AppError `wrong_state` if they still do. */
async function repeated<Result>(run: () => Promise<Result>): Promise<Result> {
  for (const ms of PAUSES_MS) {
    try {
      return await run();
    } catch (error) {
      if (!isHeldByOthers(error)) throw error;
      await pause(ms);
    }
  }
  return run().catch((error) => {
    if (!isHeldByOthers(error)) throw error;
    throw new AppError(
      'wrong_state',
      `Others hold what this change needs. Nothing was changed: try again (${error.message}).`,
    );
  });
}

function isHeldByOthers(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && HELD_BY_OTHERS.test(error.code ?? '');
}

async function transactionOn<Result>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch(rethrow);
  let broken: Error | undefined;
  try {
    await client.query('begin').catch(rethrow);
    const result = await work({ ...queriesOn(client), copy: copyOn(client) });
    await client.query('commit').catch(rethrow);
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

type Options = Omit<pg.PoolConfig, 'options'> & { options: string };

function createPool(url: string, options: Options): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withSettings(url, options.options),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'bulk-order',
    ...options,
  });
  // An idle connection that the server ends is replaced at the next statement.
  pool.on('error', ignore);
  // Statements under way tell that the server has gone. Unheard, the event would end the process,
  // and it can come with the very bytes that say "ready", before the caller has the connection.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** Ours come after the settings that the address names: of two values the later counts. */
function withSettings(url: string, settings: string): string {
  return url.replace(
    /[?&]options=[^&#]*/g,
    (theirs) => `${theirs}%20${encodeURIComponent(settings)}`,
  );
}

function ignore(): void {}

function queriesOn(runner: pg.Pool | pg.PoolClient): Queries {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const statement = { name: statementName(text), text, values: [...values] };
      const result = await runner.query(statement).catch(rethrow);
      return result.rows as Row[];
    },
    async script(sql) {
      await runner.query(sql).catch(rethrow);
    },
  };
}

function copyOn(client: pg.PoolClient): Transaction['copy'] {
  return async (into, rows) => {
    const stream = client.query(copyFrom(`copy ${into} from stdin`));
    stream.end(rows);
    await finished(stream).catch(rethrow);
  };
}

/** Every bigint of ours (order ids, ten digits of a phone number) is exact as a JS number. */
function parserOf(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** SQLSTATEs that mean "not now", and those of a login that was refused. */
const DOWN = /^(08|57P|53300|28|3D000)/;

const POOLER =
  'DATABASE_URL names a pooler that does not keep one connection for this program. ' +
  'Let it name PostgreSQL itself, or a pooler in session mode that passes on the startup ' +
  'parameter "options"';

/** What a server does not let us do, by SQLSTATE: the cause first, then what to do. */
const REFUSED: [code: RegExp, words: string][] = [
  [
    /^42501$/,
    'The user of DATABASE_URL lacks a right in the database. It must be allowed to create ' +
      'schemas, and must own "ledger" and "bullmq" where they exist: ' +
      'GRANT CREATE ON DATABASE … TO …',
  ],
  [
    /^25006$/,
    'The database can only be read. DATABASE_URL names a ' +
      'standby, or a server that is set to be read only',
  ],
  [new RegExp(`^${DISK_FULL.sqlState}$`), DISK_FULL.words],
  [/^(26000|42P05)$/, POOLER],
];

/** The cause in a sentence; null: it is a fault of ours, or of the moment. */
function causeOf({ code = '', message }: pg.DatabaseError): string | null {
  const isPooler = code.startsWith('08') && /startup parameter/.test(message);
  if (isPooler) return POOLER;
  return REFUSED.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

/** The driver's words. */
const AFTER_END = 'Cannot use a pool after calling end on the pool';

/**
 * A failed connection comes as an error of the server, as a code of Node's or as a plain error of
 * the driver's. A TypeError without a code is a bug. Messages may name the host: codes are kept.
 */
function rethrow(error: unknown): never {
  if (error instanceof AppError || !(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (error instanceof TypeError && code === undefined) throw error;
  if (error.message === AFTER_END) throw ledgerClosed();
  const fromServer = error instanceof pg.DatabaseError;
  const cause = fromServer ? causeOf(error) : null;
  const reason = fromServer ? error.message : (code ?? error.message);
  if (cause !== null) throw new AppError('ledger_down', `${cause} (${reason}).`, { reason });
  if (!fromServer || DOWN.test(code ?? '')) {
    throw new AppError(
      'ledger_down',
      certificateFault(code, 'DATABASE_URL') ??
        `The database cannot be reached (${reason}). Check that PostgreSQL is running ` +
          'and that DATABASE_URL names its host, port, user, password and database.',
      { reason },
    );
  }
  throw error;
}
