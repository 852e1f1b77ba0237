import type { Cell } from '../csv.ts';
import { type Ledger, type LineResult, lineResults } from '../ledger/index.ts';
import { guarded, LINES_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/** Reasons why a line lacks numbers; the first most needs a person. */
const BY_URGENCY = [
  'unknown',
  'pending',
  'refused',
  'undelivered',
  'cancelled',
  'short',
] as const satisfies (keyof LineResult)[];

/** `lines.csv`: every line of the plan, with what became of its numbers. */
export function linesTable(ledger: Ledger, planId: number, extra: string[]): Table {
  return { header: headerWith(LINES_COLUMNS, extra), pages: pages(ledger, planId, extra.length) };
}

async function* pages(ledger: Ledger, planId: number, extra: number): AsyncGenerator<Cell[][]> {
  const extraOf = extraReader(extra);
  for await (const page of ahead(lineResults(ledger, planId))) {
    yield page.map((line) => [
      line.line,
      line.areaCode,
      line.type,
      line.requested,
      line.bought,
      line.short,
      line.refused,
      line.undelivered,
      line.unknown,
      line.cancelled,
      line.pending,
      BY_URGENCY.find((state) => line[state] > 0) ?? 'filled',
      // Some are the vendor's words, some a person's.
      guarded(line.reason ?? ''),
      line.substituted,
      ...extraOf(line.extra),
    ]);
  }
}
