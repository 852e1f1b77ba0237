import { AppError } from '../errors.ts';
import type { Journal } from './database/embedded/journal.ts';

/** A handle on the ledger's database, by one of two drivers: `pg`, or PGlite in the process. */
export type Ledger = Queries & {
  readonly kind: 'postgres' | 'embedded';
  /** Rolled back when `work` throws, repeated when others held what it needed: no side effects. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * BullMQ's pool, for the schema `bullmq`. Null: one process, which keeps its queues in memory.
   */
  queuePool: (() => QueuePool) | null;
  /** What was sent and answered, beside the embedded database; PostgreSQL has none. */
  readonly journal: Journal | null;
  /** What a person should know about how it was opened, in sentences for the log. */
  readonly warnings: readonly string[];
  /** Resolves when only a new start helps: see `needsRestart`. PostgreSQL comes back by itself. */
  readonly ended: Promise<AppError>;
  close(): Promise<void>;
};

export type Queries = {
  /**
   * Runs one statement. A connection keeps each text prepared, so what differs from call to call
   * belongs in the values. Tests know some texts by the comment at their beginning. Rejects with
   * AppError `ledger_down` when the database cannot be reached.
   */
  query<Row = Record<string, never>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements without parameters, for migrations. */
  script(sql: string): Promise<void>;
};

export type Transaction = Queries & {
  /** Stores rows by COPY into a table and its columns; `rows` are in COPY's text format, UTF-8. */
  copy(into: string, rows: Uint8Array): Promise<void>;
};

/** Structurally a `pg.Pool`, as far as BullMQ looks at it. */
export type QueuePool = {
  connect(): Promise<unknown>;
  query(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  removeAllListeners(event?: string): unknown;
};

/** Why a statement that comes after `close` is refused. */
export function ledgerClosed(): AppError {
  return new AppError('ledger_down', 'The program is ending and has closed its ledger.', {
    needsRestart: true,
    isClosed: true,
  });
}

/** The one row of a statement that finds what cannot be gone. */
export function only<Row>(rows: Row[], what: string): Row {
  const [row] = rows;
  if (!row) throw new Error(`Bug: ${what} is gone`);
  return row;
}
