import { EventEmitter } from 'node:events';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Transaction as Opened, PGlite } from '@electric-sql/pglite';
import type { Ledger, Queries, QueuePool, Transaction } from '../../ledger.ts';
import type { Database } from './database.ts';
import { type Prepared, preparedOn } from './prepared.ts';

export type EmbeddedSession = Queries & Pick<Ledger, 'transaction' | 'queuePool'>;

/**
 * Gives turns on the embedded database's one session: our statements, our transactions, and
 * BullMQ's. While a transaction is open, no other caller has a turn.
 */
export function sessionOn({ db, stopped }: Database): EmbeddedSession {
  const turns = takingTurns();
  const prepared = preparedOn(db);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await turns();
    try {
      return await work();
    } catch (error) {
      throw stopped() ?? error;
    } finally {
      end();
    }
  }

  return {
    query: (...statement) => inTurn(() => queriesOn(db, prepared).query(...statement)),
    script: (sql) => inTurn(() => queriesOn(db, prepared).script(sql)),
    transaction: (work) => inTurn(() => db.transaction((tx) => work(transactionOn(tx, prepared)))),
    queuePool: () => queuePoolOn(db, turns, () => !stopped() && db.isInTransaction()),
  };
}

function queriesOn(db: PGlite | Opened, prepared: Prepared): Queries {
  return {
    async query<Row>(name: string, sql: string, values: readonly unknown[] = []) {
      // A transaction that is over says so itself.
      if (name !== '' && !db.closed) return prepared<Row>(name, sql, values);
      return (await db.query<Row>(sql, [...values])).rows;
    },
    async script(sql) {
      await db.exec(sql);
    },
  };
}

function transactionOn(tx: Opened, prepared: Prepared): Transaction {
  return {
    ...queriesOn(tx, prepared),
    async copy(into, rows) {
      await tx.query(`copy ${into} from '/dev/blob'`, [], { blob: new Blob([Buffer.from(rows)]) });
    },
  };
}

/** Resolves when it is the caller's turn, to what ends the turn. In the order of asking. */
type Turns = () => Promise<() => void>;

/** Requests and workers' signs of life wait at most so long for a turn's end, ms. */
const BREATH_MS = 20;

function takingTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  let breathedAt = performance.now();

  // The database works in this thread: turns that follow each other leave it to nobody else.
  async function breathe(): Promise<void> {
    if (performance.now() - breathedAt < BREATH_MS) return;
    await otherWork();
    breathedAt = performance.now();
  }

  return () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = last.then(breathe).then(() => resolve);
    last = promise;
    return turn;
  };
}

/**
 * The part of `pg.Pool` that BullMQ uses, on the one session. A client that begins a transaction
 * keeps its turn until the transaction is over, so its rollback cannot undo what others have
 * stored. A caller that waits for the pool while its own client has a transaction open waits for
 * ever; BullMQ does not do that.
 *
 * BullMQ's tables are found through the search path; ours are always named with their schema.
 */
function queuePoolOn(db: PGlite, turns: Turns, isInTransaction: () => boolean): QueuePool {
  const notices = noticesOf(db);
  let ready: Promise<unknown> | undefined;

  async function run(text: string, values?: readonly unknown[]) {
    if (values?.length) return await db.query(text, [...values]);
    const results = await db.exec(text);
    return results.at(-1) ?? { rows: [] };
  }

  async function query(text: string, values?: readonly unknown[]) {
    const end = await turns();
    try {
      return await run(text, values);
    } finally {
      if (isInTransaction()) await db.exec('rollback').catch(() => {});
      end();
    }
  }

  return {
    async connect() {
      ready ??= query('set search_path = bullmq');
      await ready;
      return clientOn({ run, turns, notices, isInTransaction });
    },
    query,
    end: async () => {},
    on: () => {},
    removeAllListeners: () => {},
  };
}

type Session = {
  run(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  turns: Turns;
  notices: ReturnType<typeof noticesOf>;
  isInTransaction: () => boolean;
};

/** One of the pool's clients, as `pg.PoolClient` is to BullMQ. */
function clientOn({ run, turns, notices, isInTransaction }: Session) {
  const client = new EventEmitter();
  let end: (() => void) | undefined;
  // As a connection does: one statement after the other.
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    end ??= await turns();
    try {
      return await work();
    } finally {
      if (!isInTransaction()) {
        end();
        end = undefined;
      }
    }
  };
  return Object.assign(client, {
    query: (text: string, values?: readonly unknown[]) =>
      next(() =>
        inTurn(() => {
          const channel = /^LISTEN\s+"?(\w+)"?/im.exec(text)?.[1];
          return channel ? notices.listen(client, channel) : run(text, values);
        }),
      ),
    release() {
      notices.forget(client);
      next(async () => {
        if (end) await inTurn(() => run('rollback'));
      }).catch(() => {});
    },
  });
}

/** Passes notifications on to the clients that listen; the session listens once a channel. */
function noticesOf(db: PGlite) {
  const channels = new Map<string, Set<EventEmitter>>();
  return {
    async listen(client: EventEmitter, channel: string): Promise<{ rows: unknown[] }> {
      const listeners = channels.get(channel) ?? new Set();
      listeners.add(client);
      if (!channels.has(channel)) {
        await db.listen(channel, (payload) => {
          for (const each of listeners) each.emit('notification', { channel, payload });
        });
        channels.set(channel, listeners);
      }
      return { rows: [] };
    },
    forget(client: EventEmitter): void {
      for (const listeners of channels.values()) listeners.delete(client);
    },
  };
}
