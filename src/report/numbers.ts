import type { Cell } from '../csv.ts';
import { fits } from '../evidence/index.ts';
import { type Ledger, type NumberResult, numberResults } from '../ledger/index.ts';
import { embeddedNumbering } from '../numbering/index.ts';
import { NUMBERS_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Table, Told } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/** `numbers.csv`: every number bought. It counts those for which their order cannot have asked. */
export function numbersTable(
  ledger: Ledger,
  planId: number,
  extra: string[],
  told: Told = { outside: 0 },
): Table {
  const header = headerWith(NUMBERS_COLUMNS, extra);
  return { header, pages: pages(ledger, planId, { extra: extra.length, told }) };
}

async function* pages(
  ledger: Ledger,
  planId: number,
  { extra, told }: { extra: number; told: Told },
): AsyncGenerator<Cell[][]> {
  const extraOf = extraReader(extra);
  const regionOf = regions();
  for await (const page of ahead(numberResults(ledger, planId))) {
    yield page.map((row) => {
      const isOutside = !fits(row, String(row.number));
      if (isOutside) told.outside += 1;
      return [
        ...bought(row),
        row.askedAreaCode,
        row.rung,
        row.miles === null ? null : row.miles.toFixed(1),
        regionOf(row.number),
        isOutside ? 1 : null,
        ...extraOf(row.extra),
      ];
    });
  }
}

function bought(row: NumberResult): Cell[] {
  return [
    row.line,
    row.order,
    row.areaCode,
    row.type,
    row.number,
    // Not guarded: a sign and digits are only a number.
    `+1${row.number}`,
    row.boughtAt.toISOString(),
  ];
}

/** Where a number is by its own first three digits; null: its area code is not assigned. */
function regions(): (number: number) => string | null {
  const numbering = embeddedNumbering();
  const known = new Map<number, string | null>();
  return (number) => {
    const code = Math.floor(number / 10_000_000);
    let region = known.get(code);
    if (region === undefined) {
      region = numbering.describe(String(code));
      known.set(code, region);
    }
    return region;
  };
}
