import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../errors.ts';
import type { Ledger, Queries } from './ledger.ts';

/** Statements in flight at once per process; more did not make anything faster when measured. */
const POOL_SIZE = 4;
/** BullMQ holds one connection to listen on for each worker, and shares the rest. */
const QUEUE_POOL_SIZE = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_WITHIN_MS = 3_000;

const INT8 = 20;

/**
 * Opens PostgreSQL 15 or newer. Connects lazily; the first statement tells whether it is there.
 * Throws AppError `bad_config` when the URL cannot be understood.
 */
export function openPostgres(url: string): Ledger {
  refuseBadUrl(url);
  const pool = createPool(url, { max: POOL_SIZE, types: { getTypeParser: parserOf } });
  let queuePool: pg.Pool | undefined;

  return {
    kind: 'postgres',
    ...queriesOn(pool),
    async transaction(work) {
      const client = await pool.connect().catch(rethrow);
      // The statement under way tells that the server has gone; unheard, the event would end the
      // process.
      client.on('error', ignore);
      let broken: Error | undefined;
      try {
        await client.query('begin').catch(rethrow);
        const result = await work(queriesOn(client));
        await client.query('commit').catch(rethrow);
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },
    queuePool() {
      queuePool ??= createPool(url, { max: QUEUE_POOL_SIZE, options: '-c search_path=bullmq' });
      return queuePool;
    },
    async close() {
      // It waits for statements under way, and one that hangs would keep the process for ever.
      const closed = Promise.all([pool.end(), queuePool?.end()]);
      await Promise.race([closed, pause(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

function createPool(url: string, options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'bulk-order',
    ...options,
  });
  // An idle connection that the server ends is replaced at the next statement.
  pool.on('error', ignore);
  return pool;
}

function ignore(): void {}

/** What the driver throws for such a URL comes late, at the first statement, and quotes it. */
function refuseBadUrl(url: string): void {
  try {
    new pg.Client({ connectionString: url });
    if (/^postgres(ql)?:\/\//.test(url)) return;
  } catch {
    // The reason is not told: it may hold pieces of the URL, and so of the password.
  }
  throw new AppError(
    'bad_config',
    'DATABASE_URL cannot be understood. Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password, %2F for a /, and so on.',
  );
}

function queriesOn(runner: pg.Pool | pg.PoolClient): Queries {
  return {
    async query<Row>(name: string, text: string, values: readonly unknown[] = []) {
      const result = await runner.query({ name, text, values: [...values] }).catch(rethrow);
      return result.rows as Row[];
    },
    async script(sql) {
      await runner.query(sql).catch(rethrow);
    },
  };
}

/** Every bigint of ours (order ids, ten digits of a phone number) is exact as a JS number. */
function parserOf(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
}

/** SQLSTATEs that mean "not now", and those of a login that was refused. */
const DOWN = /^(08|57P|53300|28|3D000)/;

/** The driver's messages may name the host and user, never the password; still only codes are kept. */
function rethrow(error: unknown): never {
  if (error instanceof AppError || !(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const fromServer = error instanceof pg.DatabaseError;
  if (fromServer ? DOWN.test(code ?? '') : true) {
    const reason = fromServer ? error.message : (code ?? error.message);
    throw new AppError(
      'ledger_down',
      `The database cannot be reached (${reason}). Check that PostgreSQL is running and that DATABASE_URL names its host, port, user, password and database.`,
      { reason },
    );
  }
  throw error;
}
