import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  type Account,
  type AnswerRecord,
  type ClaimedOrder,
  cancelWaiting,
  type Ledger,
  recordAnswers,
  steerPlan,
} from '../../src/ledger/index.ts';
import { checkPlan, type Line, readLines } from '../../src/plan/index.ts';
import { type ResultName, resultFile } from '../../src/report/index.ts';
import { sql } from '../support/ledger.ts';
import { newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers } from '../support/sending.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A running plan with columns of its own. */
export function planWith(
  ledger: Ledger,
  lines: Line[],
  columns: string[] = [],
  { delimiter = ',', ...on }: { delimiter?: string; account?: Account } = {},
): Promise<SmallPlan> {
  return newPlan(ledger, { lines, check: { extraColumns: columns, delimiter }, ...on });
}

/** What becomes of an order: an answer, or nothing. */
export type Fate = 'waiting' | 'cancelled' | 'sending' | ((order: ClaimedOrder) => AnswerRecord);

export const filled: Fate = (order) => answerTo(order, 'filled');
export const filledWith =
  (...numbers: string[]): Fate =>
  (order) =>
    answerTo(order, 'filled', { numbers });
export const shortWith =
  (...numbers: string[]): Fate =>
  (order) =>
    answerTo(order, 'short', { numbers, what: 'Only some of them' });
export const short: Fate = (order) => answerTo(order, 'short', { numbers: newNumbers(1) });
export const refused: Fate = (order) => answerTo(order, 'refused');
export const undelivered: Fate = (order) =>
  answerTo(order, 'not_sent', { state: 'undelivered', waitMs: null });
export const unknown: Fate = (order) => answerTo(order, 'unknown');
export const answered =
  (what: string, body: string | null): Fate =>
  (order) =>
    answerTo(order, 'unknown', { what, body });

/** Gives the plan's orders their fates, in turn. When one is cancelled, so are all that wait. */
export async function decide(ledger: Ledger, plan: SmallPlan, fates: Fate[]): Promise<void> {
  const isSent = (fate: Fate | undefined) => fate !== 'waiting' && fate !== 'cancelled';
  const sent = plan.orders.filter((_, at) => isSent(fates[at]));
  const claimed = await claim(ledger, plan, sent);
  claimed.sort((a, b) => a.id - b.id);
  // One after the other, as the ledger says which of two may keep a number.
  for (const order of claimed) {
    const fate = fates[plan.orders.indexOf(order.id)];
    if (typeof fate === 'function') await recordAnswers(ledger, plan.account.id, [fate(order)]);
  }
  if (!fates.includes('cancelled')) return;
  await steerPlan(ledger, plan.id, 'cancel', { who: 'Ada', why: 'enough' });
  while ((await cancelWaiting(ledger, plan.id)) > 0);
}

/** The same moment for all that was bought or sent, so that rows can be compared as text. */
export async function stopClock(ledger: Ledger, at: string): Promise<void> {
  await sql(ledger, 'update ledger.numbers set bought_at = $1', [at]);
  await sql(ledger, 'update ledger.attempts set claimed_at = $1', [at]);
}

export async function textOf(
  ledger: Ledger,
  { id }: { id: number },
  name: ResultName,
): Promise<string> {
  return (await Array.fromAsync(resultFile(ledger, id, name))).join('');
}

/** The cells of a result file as another program reads them. */
export function cellsOf(text: string): string[][] {
  return parse(text, { bom: true, record_delimiter: '\r\n' });
}

/** The rows of a result file by the names in its header. */
export async function rowsOf(
  ledger: Ledger,
  plan: { id: number },
  name: ResultName,
): Promise<Record<string, string>[]> {
  const [header = [], ...rows] = cellsOf(await textOf(ledger, plan, name));
  return rows.map((row) => Object.fromEntries(header.map((column, at) => [column, row[at] ?? ''])));
}

/** A remainder as the program reads it when it is submitted. */
export async function readBack(text: string) {
  const path = join(temporaryFolder(), 'remainder.csv');
  await writeFile(path, text);
  const check = await checkPlan(path);
  const batches = check.faultCount === 0 ? await Array.fromAsync(readLines(path, check)) : [];
  return { check, lines: batches.flat() };
}
