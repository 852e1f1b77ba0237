/** Looks into a ledger, and changes it past its functions. */
import { auditLedger, type Ledger, type LineResult, linePage } from '../../src/ledger/index.ts';
import type { Transaction } from '../../src/ledger/ledger.ts';

/** The code of the error with which it is refused; `done`: it is not. */
export const codeOf = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => 'done',
    (error) => error.code,
  );

/** Every line of a plan with what became of it. */
export async function allLines(ledger: Ledger, planId: number): Promise<LineResult[]> {
  return (await linePage(ledger, planId, { filter: 'all', limit: 100_000 })).lines;
}

/** One statement of the test's own, past all functions of the ledger. */
export function sql<Row = Record<string, never>>(
  ledger: Ledger,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return ledger.query<Row>(text, values);
}

/** The comment with which a statement begins, so that tests know it; others are their text. */
export const labelOf = (text: string): string => /^\/\* (\w+) \*\//.exec(text)?.[1] ?? text;

/** Lets a worker have watched so much time pass, ms. */
export async function passTime(ledger: Ledger, { id }: { id: number }, ms: number): Promise<void> {
  await sql(ledger, 'update ledger.accounts set ticks = ticks + $2 where id = $1', [id, ms]);
}

export type OrderRow = {
  state: string;
  attempts: number;
  connectFailures: number;
  bought: number;
  reason: string | null;
  notBefore: Date | null;
};

export async function orderRow(ledger: Ledger, id: number): Promise<OrderRow> {
  const [row] = await sql<OrderRow>(
    ledger,
    `select state, attempts, connect_failures as "connectFailures", bought, reason,
       not_before as "notBefore" from ledger.orders where id = $1`,
    [id],
  );
  return row!;
}

export type AttemptRow = {
  no: number;
  worker: string;
  outcome: string | null;
  status: number | null;
  what: string | null;
  body: string | null;
  baseline: number | null;
  isAnswered: boolean;
};

/** What the ledger says of an order's attempts, the first one first. */
export const attemptsOf = (ledger: Ledger, orderId: number): Promise<AttemptRow[]> =>
  sql(
    ledger,
    `select no, worker, outcome, status, what, body, baseline,
       answered_at is not null as "isAnswered"
     from ledger.attempts where order_id = $1 order by no`,
    [orderId],
  );

/** The numbers that an order has, or that are disputed for it, in their order. */
export async function numbersOf(
  ledger: Ledger,
  orderId: number,
  table: 'numbers' | 'disputes' = 'numbers',
): Promise<string[]> {
  const text = `select number::text from ledger.${table} where order_id = $1 order by 1`;
  return (await sql<{ number: string }>(ledger, text, [orderId])).map(({ number }) => number);
}

/** The laws that are broken in the ledger, or in one plan of it. */
export async function brokenLaws(ledger: Ledger, planId?: number): Promise<string[]> {
  const results = await auditLedger(ledger, planId);
  return results.filter(({ breaches }) => breaches.length > 0).map(({ law }) => law);
}

/** What breaks a law in the ledger, or in one plan of it. */
export async function breachesOf(ledger: Ledger, planId?: number) {
  return (await auditLedger(ledger, planId)).flatMap(({ breaches }) => breaches);
}

/** The name of the constraint that a statement of the test's own breaks; 'none': it is accepted. */
export function constraintOf(ledger: Ledger, text: string, values: unknown[] = []) {
  // A pool gives up the connection of a statement that fails outside of a transaction.
  return brokenConstraint(ledger.transaction((tx) => tx.query(text, values)));
}

/** The name of the constraint that an operation breaks; 'none': it is done. */
export async function brokenConstraint(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'none';
  } catch (error) {
    return (error as { constraint?: string }).constraint ?? String(error);
  }
}

/**
 * Sets the clock of the database forward or back by an interval, for our statements alone; '0' is
 * right again. Another test on the same ledger would live by it too.
 */
export async function setClock(ledger: Ledger, by: string): Promise<void> {
  await ledger.script(
    `create or replace function ledger.now() returns timestamptz volatile parallel safe language sql
       as $$ select clock_timestamp() + interval '${by}' $$`,
  );
}

/** The same ledger, which does something before a statement with these words in a transaction. */
export function withBefore(ledger: Ledger, words: string, act: () => Promise<unknown>): Ledger {
  const watched = (tx: Transaction): Transaction => ({
    ...tx,
    query: async (text, values) => {
      if (text.includes(words)) await act();
      return tx.query(text, values);
    },
  });
  return { ...ledger, transaction: (work) => ledger.transaction((tx) => work(watched(tx))) };
}
