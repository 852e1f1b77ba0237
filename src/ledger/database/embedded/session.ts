import { setImmediate as otherWork } from 'node:timers/promises';
import type { Transaction as Opened, PGlite } from '@electric-sql/pglite';
import { AppError } from '../../../errors.ts';
import { openSlots } from '../../../timing/index.ts';
import type { Ledger, Queries, Transaction } from '../../ledger.ts';
import { DISK_FULL } from '../disk-full.ts';
import type { Database } from './database.ts';
import { type Prepared, preparedOn } from './prepared.ts';

/** Turns in a row let other work in after this, ms: requests, and the workers' signs of life. */
const BREATH_MS = 20;

type EmbeddedSession = Queries & Pick<Ledger, 'transaction'>;

/** Gives statements and transactions turns on the one session, which a transaction has alone. */
export function sessionOn({ db, stopped, syncCommits }: Database): EmbeddedSession {
  const oneByOne = openSlots(1);
  const prepared = preparedOn(db);
  let breathedAt = performance.now();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    return oneByOne(async () => {
      // The database works in this thread: consecutive turns would leave it to nobody else.
      if (performance.now() - breathedAt >= BREATH_MS) {
        await otherWork();
        breathedAt = performance.now();
      }
      requireRunning();
      try {
        return await work();
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw stopped() ?? diskFull(error) ?? error;
      }
    });
  }

  function requireRunning(): void {
    const why = stopped();
    if (why) throw why;
  }

  /** A transaction may take minutes. Its statements would write into a folder that was replaced. */
  function guarded<Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      requireRunning();
      return run(...args);
    };
  }

  return {
    query: (...statement) => inTurn(() => queriesOn(db, prepared).query(...statement)),
    script: (sql) => inTurn(() => queriesOn(db, prepared).script(sql)),
    async transaction(work) {
      const run = ({ query, script, copy }: Transaction) =>
        work({
          query: guarded(query) as typeof query,
          script: guarded(script),
          copy: guarded(copy),
        });
      const result = await inTurn(() => db.transaction((tx) => run(transactionOn(tx, prepared))));
      // What a person has decided, or was told, holds in a power cut. Others have their turns.
      await syncCommits();
      requireRunning();
      return result;
    },
  };
}

function diskFull(error: unknown): AppError | undefined {
  const isFull = error instanceof Error && 'code' in error && error.code === DISK_FULL.sqlState;
  if (!isFull) return undefined;
  const { message: reason } = error;
  return new AppError('ledger_down', `${DISK_FULL.words} (${reason}).`, { reason });
}

function queriesOn(db: PGlite | Opened, prepared: Prepared): Queries {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      if (!db.closed) return prepared<Row>(text, values);
      // A transaction that is over says so itself.
      return (await db.query<Row>(text, [...values])).rows;
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
