import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../src/plan/plain-rows.ts';
import { PlainRows } from '../../src/plan/plain-rows.ts';
import { CSV_OPTIONS } from '../../src/plan/rows.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const bits = fc.constantFrom(
  ...['\r\n', '\n', '\r', ' ', '\t', '\u00a0', '\u2028', '\ufeff', ',', ';', '|'],
  ...["'", 'a', '212', 'é', '😀'],
);
const text = fc.array(fc.oneof({ weight: 4, arbitrary: bits }, fc.string({ unit: 'grapheme' })), {
  maxLength: 40,
});

/** What comes of the pieces; null from where the parser must read. */
function read(pieces: string[], delimiter: string) {
  const plain = new PlainRows(delimiter, 1);
  const rows: Row[] = [];
  const take = (row: Row) => rows.push(row);
  for (const piece of pieces) {
    plain.read(Buffer.from(piece))(take);
    if (plain.isOver) return { rows, rest: plain.rest, line: plain.line };
  }
  plain.end()(take);
  return { rows, rest: null, line: plain.line };
}

test('what is taken is what the parser makes of it, wherever the pieces end', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...DELIMITERS), (pieces, delimiter) => {
      const { rows, rest } = read(pieces, delimiter);
      if (rest !== null) return;
      const parsed = parse(pieces.join(''), { ...CSV_OPTIONS, delimiter }) as string[][];
      const filled = parsed.filter((cells) => cells.some((cell) => cell !== ''));
      expect(rows.map(({ cells }) => cells)).toEqual(filled);
    }),
    { numRuns: 2_000 },
  );
});

test('each row has the number of its line, and so has what is left to the parser', () => {
  fc.assert(
    fc.property(text, (pieces) => {
      const whole = pieces.join('');
      const { rows, rest, line } = read(pieces, ',');
      const lines = whole.split(/\r\n|\n|\r/);
      for (const row of rows) {
        expect(lines[row.line - 1]?.split(',').map((cell) => cell.trim())).toEqual(row.cells);
      }
      const [first = ''] = rest?.split(/\r\n|\n|\r/) ?? [];
      expect(lines[line - 1] ?? '').toContain(first);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['a quote', ['a,b\nc', ',d\ne,"f', '"\n'], { line: 2, rest: 'c,d\ne,"f' }],
  ['a very long line', [`a\n${'x'.repeat(20_000)}\nb`], { line: 1, rest: expect.anything() }],
])('from %s on the parser reads, from the beginning of a line', (_, pieces, left) => {
  expect(read(pieces, ',')).toMatchObject(left);
});

test('a CRLF that is cut in two ends one line', () => {
  expect(read(['a\r', '\nb\r', 'c'], ',').rows).toEqual([
    { line: 1, cells: ['a'] },
    { line: 2, cells: ['b'] },
    { line: 3, cells: ['c'] },
  ]);
});
