import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_NAMES, COLUMNS, type Line } from '../../src/plan/index.ts';
import { anyCharacter } from '../support/any-character.ts';
import { ENCODERS, lines } from './plan-file.ts';

const flag = fc.constantFrom(null, false, true);
const digits = fc
  .tuple(fc.integer({ min: 200, max: 999 }), fc.option(fc.integer({ min: 200, max: 999 })))
  .map(([npa, nxx]) => `${npa}${nxx ?? ''}`);
// What is read is trimmed, and free of the guard that spreadsheets put before a formula.
const cell = fc
  .string({ unit: anyCharacter, maxLength: 12 })
  .map((text) => text.replaceAll('\0', '').trim())
  .filter((text) => !text.startsWith("'"));
const tricky = fc
  .array(fc.constantFrom('"', '\r\n', '\n', '\r', ',', ';', '\t', '|', 'é', '😀', '=', ' ', 'x'), {
    maxLength: 8,
  })
  .map((parts) => parts.join('').trim());

const line: fc.Arbitrary<Line> = fc
  .record({
    line: fc.constant(0),
    areaCode: digits,
    type: fc.constantFrom('local', 'canadian_local', 'tollfree', 'true800'),
    quantity: fc.integer({ min: 1, max: 100_000 }),
    fillQuantity: fc.boolean(),
    cleansedOnly: flag,
    distance: fc.option(fc.integer({ min: 0, max: 10_000 })),
    smsSupported: flag,
    orderSlot: flag,
    allowOverlay: flag,
    fallback: fc.constantFrom(null, 'overlay', 'nearby:25+cross:10 to:332+646', 'tollfree'),
    keepTrying: fc.constantFrom(null, '3d', '12h', 'until 2026-12-31'),
    extra: fc.tuple(cell, tricky),
  })
  .map((made) => {
    const areaCode = made.type === 'local' || made.type === 'canadian_local' ? made.areaCode : null;
    const may = areaCode?.length === 6 && made.cleansedOnly !== true;
    const allowOverlay = may ? made.allowOverlay : null;
    const mayFallBack = areaCode !== null && made.distance === null && allowOverlay !== true;
    const fallback = mayFallBack ? made.fallback : null;
    return { ...made, areaCode, allowOverlay, fallback };
  });

const form = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\r\n', '\n', '\r'),
  encode: fc.constantFrom(...Object.values(ENCODERS)),
  quoted: fc.boolean(),
  last: fc.boolean(),
});
type Form = typeof form extends fc.Arbitrary<infer T> ? T : never;

const HEADER = ['one', ...COLUMN_NAMES, 'two'];

function cellsOf(line: Line): string[] {
  const cells = COLUMNS.map(({ field }) => {
    const value = line[field];
    return typeof value === 'boolean' ? `${Number(value)}` : `${value ?? ''}`;
  });
  return [line.extra[0]!, ...cells, line.extra[1]!];
}

/** The file, and the lines as they must be read from it: each with its line's number. */
function written(
  plan: Line[],
  { delimiter, newline, encode, quoted, last }: Form,
): [Buffer, Line[]] {
  const rows = [HEADER, ...plan.map(cellsOf)].map((row) =>
    stringify([row], { delimiter, quoted, quoted_match: /[\r\n]/, eof: false }),
  );
  let next = 1;
  const numbered = rows.map((row, at): Line | undefined => {
    const line = next;
    next += row.split(/\r\n|\r|\n/).length;
    return at === 0 ? undefined : { ...plan[at - 1]!, line };
  });
  const text = rows.join(newline) + (last ? newline : '');
  return [encode(text), numbered.slice(1) as Line[]];
}

test('any plan, in any delimiter, encoding and newline, reads back equal', async () => {
  const plans = fc.array(line, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(plans, form, async (plan, form) => {
      const [bytes, expected] = written(plan, form);
      expect(await lines(bytes)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
