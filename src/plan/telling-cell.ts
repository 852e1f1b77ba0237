import { nameKey } from '../name-key.ts';
import type { NumberType } from '../number-type.ts';
import { TOLL_FREE, typeNamed } from './cells.ts';
import type { Header } from './header.ts';
import { unwrapped } from './spreadsheet.ts';

/** Words of a column of the plan's own by which its row is something else than a line to buy. */
const TOTALS = [
  'total totals grandtotal grandtotals subtotal subtotals overalltotal sumtotal totalnumbers',
  'totalquantity totalqty totaldids totallines sum summe gesamt gesamtsumme insgesamt endsumme',
  'zwischensumme somme totalgénéral totalgeneral soustotal suma sumatotal sumar soma totalgeral',
  'totale totalegenerale subtotale somma totaal eindtotaal subtotaal som summa totalt totalsumma',
  'ialt yhteensä razem sumacałkowita celkem összesen toplam geneltoplam 合計 総計 小計 合计 总计',
  '小计 总和 합계 총계 소계 σ ∑ σύνολο итого всего сумма підсумок المجموع الإجمالي סהכ',
].flatMap((words) => words.split(' '));

const IS_TOTAL = new Set(TOTALS);

/** Whether a cell says nothing but that its row is a total, as in `Grand Total:`. */
export function saysTotal(cell: string): boolean {
  if (cell.length > LONGEST || /^\d/.test(cell)) return false;
  return IS_TOTAL.has(nameKey(cell.replace(/\(.*$/s, '')).replace(/[^\p{L}∑]/gu, ''));
}

/** The type that a cell of the plan's own names. `800` may be any number. */
export function typeSaid(cell: string): NumberType | undefined {
  if (cell.length > LONGEST || !/^\p{L}/u.test(cell)) return undefined;
  return typeNamed(cell) ?? (TOLL_FREE.test(cell) ? 'tollfree' : undefined);
}

/** Where the plan's own column right behind the quantity is; -1: there is none. */
export function besideQuantity({ at, extraAt }: Header): number {
  return at.quantity >= 0 && extraAt.includes(at.quantity + 1) ? at.quantity + 1 : -1;
}

/** Of a column that is read from the bytes; by then it is known to hold numbers. */
export const NUMBERS_LOOKED_AT = 1_000;

/** Whether a person should look at the row: it is then read as cells, never from the bytes. */
export function isTelling(cell: string): boolean {
  const text = unwrapped(cell);
  return saysTotal(text) || typeSaid(text) !== undefined;
}

/** In bytes and in characters: what is longer says more than such a word. */
const LONGEST = 40;

/** By the first two letters of a telling word: 1. A table, for it is asked for each cell. */
const BEGINNINGS = new Uint8Array(65_536);
for (const word of [...TOTALS, 'local', 'toll', 'tf', 'true', 'canadian']) {
  BEGINNINGS[pairOf(Buffer.from(word), 0)] = 1;
}

/** Of the first two letters, without their case. */
function pairOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | 32) << 8) | (bytes[at + 1]! | 32);
}

/** Whether a cell may be telling, by its bytes: a text of each cell takes too long to make. */
export function mayTell(bytes: Uint8Array, at: number, end: number): boolean {
  if (end === at || end - at > LONGEST || isIn(bytes[at]!, 48, 57)) return false;
  if (!isIn(bytes[at]! | 32, 97, 122) || !isIn(bytes[at + 1]! | 32, 97, 122)) return true;
  return BEGINNINGS[pairOf(bytes, at)] === 1;
}

function isIn(byte: number, least: number, most: number): boolean {
  return byte >= least && byte <= most;
}
