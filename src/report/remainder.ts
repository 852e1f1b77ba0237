import { hasCap, withCapsLeft } from '../fallback/index.ts';
import {
  asideIn,
  type Closed,
  closedLines,
  type Ledger,
  type LineResult,
  lackingLines,
  rungNumbers,
  wishCells,
  withheldNumbers,
} from '../ledger/index.ts';
import { type Cell, COLUMN_NAMES, COLUMNS, stillKeptTrying } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import { type Piece, pieceOf, type Shape, type Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/**
 * `remainder.csv`: a plan, ready to submit, of all numbers that will not be bought by themselves.
 * It leaves out what is unknown, pending, still tried or perhaps bought, lest it is bought twice.
 */
export function remainderTable(ledger: Ledger, planId: number, shape: Shape): Table {
  return { header: headerWith(COLUMN_NAMES, shape), pages: pages(ledger, planId, shape) };
}

/** `quantity`: how many numbers are offered. `isOpen`: more are pending, unknown or still tried. */
type Offered = LineResult & { quantity: number; isOpen: boolean };

async function* pages(ledger: Ledger, planId: number, shape: Shape): AsyncGenerator<Piece> {
  const extraOf = extraReader(shape);
  const aside = asideIn(shape.extra);
  const withheld = await withheldNumbers(ledger, planId);
  const closed = await closedLines(ledger, planId);
  for await (const page of ahead(lackingLines(ledger, planId))) {
    const offered = page.flatMap((line): Offered[] => {
      const lacking = line.short + line.refused + line.undelivered + line.cancelled;
      const kept = withheld.get(line.line) ?? 0;
      const isOpen = kept + line.pending + line.unknown > 0;
      return lacking > kept ? [{ ...line, quantity: lacking - kept, isOpen }] : [];
    });
    const fallbackOf = await fallbackReader(ledger, planId, offered);
    const lines = offered.map((line) => ({
      ...line,
      fallback: fallbackOf(line),
      keepTrying: keepTryingOf(line, closed),
    }));
    const rows = lines.map((line) => [...cellsOf(line), ...extraOf(line.extra)]);
    const asked = lines.map((line) => wishCells(line, line.extra, aside));
    yield { ...pieceOf(rows, shape.separator), asked };
  }
}

/** Blank when a person has ended the tries, or its day is today or over: no plan may say that. */
function keepTryingOf({ line, keepTrying }: LineResult, { isClosed, today }: Closed) {
  return keepTrying === null || isClosed(line) ? null : stillKeptTrying(keepTrying, today);
}

/**
 * Says each line's fallback with what is left of its caps, so that both plans together keep them. A
 * line that has open orders may use all that is left itself.
 */
async function fallbackReader(ledger: Ledger, planId: number, lines: Offered[]) {
  const capped = lines.filter(({ fallback }) => fallback !== null && hasCap(fallback));
  const rungs = await rungNumbers(
    ledger,
    capped.map(({ line }) => ({ plan: planId, line })),
  );
  const bought = new Map(rungs.map((each) => [`${each.line} ${each.rung}`, each.bought]));
  return ({ line, fallback, isOpen }: Offered) =>
    fallback &&
    withCapsLeft(fallback, (rung) => (isOpen ? Infinity : (bought.get(`${line} ${rung}`) ?? 0)));
}

/** The line's cells as they were, but for what has changed. */
function cellsOf(line: Offered): Cell[] {
  return COLUMNS.map(({ field }) => {
    const value = line[field];
    return typeof value === 'boolean' ? Number(value) : value;
  });
}
