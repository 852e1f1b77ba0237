import type { Cell } from '../csv.ts';
import { hasCap, withCapsLeft } from '../fallback/index.ts';
import {
  type Closed,
  closedLines,
  type Ledger,
  type LineResult,
  lineResults,
  rungNumbers,
  withheldNumbers,
} from '../ledger/index.ts';
import { COLUMN_NAMES, COLUMNS, stillKeptTrying } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/**
 * `remainder.csv`: a plan, ready to submit, of all numbers that will not be bought by themselves.
 * It leaves out what is unknown, pending, still tried or perhaps bought, because another order
 * could buy it twice.
 */
export function remainderTable(ledger: Ledger, planId: number, extra: string[]): Table {
  return {
    header: headerWith(COLUMN_NAMES, extra),
    pages: pages(ledger, planId, extra.length),
  };
}

async function* pages(ledger: Ledger, planId: number, extra: number): AsyncGenerator<Cell[][]> {
  const extraOf = extraReader(extra);
  const withheld = await withheldNumbers(ledger, planId);
  const closed = await closedLines(ledger, planId);
  for await (const page of ahead(lineResults(ledger, planId))) {
    const offered = page.flatMap((line) => {
      const lacking = line.short + line.refused + line.undelivered + line.cancelled;
      const quantity = lacking - (withheld.get(line.line) ?? 0);
      return quantity > 0 ? [{ ...line, quantity }] : [];
    });
    const fallbackOf = await fallbackReader(ledger, planId, offered);
    yield offered.map((line) => [
      ...wishOf({ ...line, fallback: fallbackOf(line), keepTrying: keepTryingOf(line, closed) }),
      ...extraOf(line.extra),
    ]);
  }
}

/** Blank when a person has ended the tries, or the day is over: a plan may not say it again. */
function keepTryingOf({ line, keepTrying }: LineResult, { isClosed, today }: Closed) {
  return keepTrying === null || isClosed(line) ? null : stillKeptTrying(keepTrying, today);
}

/** Says each line's fallback with what is left of its caps, so that both plans keep them. */
async function fallbackReader(ledger: Ledger, planId: number, lines: LineResult[]) {
  const capped = lines.filter(({ fallback }) => fallback !== null && hasCap(fallback));
  const rungs = await rungNumbers(
    ledger,
    capped.map(({ line }) => ({ plan: planId, line })),
  );
  const taken = new Map(rungs.map((each) => [`${each.line} ${each.rung}`, each.taken]));
  return ({ line, fallback }: LineResult) =>
    fallback && withCapsLeft(fallback, (rung) => taken.get(`${line} ${rung}`) ?? 0);
}

/** The line's cells as they were, but for what has changed. */
function wishOf(wish: LineResult & { quantity: number }): Cell[] {
  return COLUMNS.map(({ field }) => {
    const value = wish[field];
    return typeof value === 'boolean' ? Number(value) : value;
  });
}
