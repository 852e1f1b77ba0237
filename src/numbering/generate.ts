/**
 * Makes the table of area codes out of NANPA's report, a file as it was served, and of the centres
 * that the program's table has now. A person writes the centre of a new code into the table:
 *
 *   npm exec -- node src/numbering/generate.ts REPORT [TABLE]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AreaCode } from './area-code.ts';
import { readReport } from './report.ts';
import { readTable, writeTable } from './table.ts';

/** In service on the report's date. A person looks at other counts, and changes them here. */
const EXPECTED = { US: 378, CA: 55, 'toll-free': 7 };

const ours = join(import.meta.dirname, 'area-codes.csv');
const [path, table = ours] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the file of the report.');
const report = readReport(readFileSync(path), path);
const counts = countsOf(report.codes.filter(({ since }) => since && since <= report.fileDate));
if (JSON.stringify(counts) !== JSON.stringify(EXPECTED)) {
  const found = `${JSON.stringify(counts)}, not ${JSON.stringify(EXPECTED)}`;
  throw new Error(`In service are ${found}. If that is right, change it in generate.ts.`);
}
const { centres } = readTable(readFileSync(ours, 'utf8'));
writeFileSync(table, writeTable({ ...report, centres }));

function countsOf(codes: AreaCode[]): typeof EXPECTED {
  const count = (is: (code: AreaCode) => boolean) => codes.filter(is).length;
  const of = (country: string) =>
    count((code) => code.kind === 'geographic' && code.country === country);
  return { US: of('US'), CA: of('CA'), 'toll-free': count(({ kind }) => kind === 'toll-free') };
}
