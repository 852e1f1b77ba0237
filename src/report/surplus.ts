import { count, counted } from '../english.ts';
import { type Ledger, type SurplusNumber, surplusNumbers } from '../ledger/index.ts';
import { SURPLUS_COLUMNS } from '../plan/index.ts';
import { type Piece, pieceOf, type Shape, type Table } from './csv.ts';

/** `surplus.csv`: each number that the vendor named for an order that does not have it. */
export function surplusTable(ledger: Ledger, planId: number, { separator }: Shape): Table {
  return { header: [...SURPLUS_COLUMNS], pages: pages(ledger, planId, separator) };
}

async function* pages(ledger: Ledger, planId: number, separator: string): AsyncGenerator<Piece> {
  const surplus = await surplusNumbers(ledger, planId);
  const rows = surplus.map((row) => [
    row.order,
    row.line,
    row.areaCode,
    row.type,
    row.number,
    // Not guarded: a sign and digits are only a number.
    `+1${row.number}`,
    row.seenAt.toISOString(),
    why(row),
  ]);
  yield pieceOf(rows, separator);
}

function why({ state, bought, quantity, owner }: SurplusNumber): string {
  const has = owner === null ? 'no order has it' : `order ${owner} has it`;
  return (
    `the vendor named it for this order, which is ${state} with ` +
    `${count(bought)} of ${counted(quantity, 'number')}, and ${has}`
  );
}
