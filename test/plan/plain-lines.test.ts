import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, embeddedNumbering } from '../../src/numbering/index.ts';
import { type Header, readHeader } from '../../src/plan/header.ts';
import { COLUMN_NAMES, type Line } from '../../src/plan/index.ts';
import { Ladders } from '../../src/plan/ladders.ts';
import type { RowRules } from '../../src/plan/options.ts';
import { PlainLines } from '../../src/plan/plain-lines.ts';
import type { Plain } from '../../src/plan/plain-rows.ts';
import { Unreadable } from '../../src/plan/plan-error.ts';
import { RowJudge } from '../../src/plan/row-judge.ts';
import { readRows } from '../../src/plan/rows.ts';
import type { ValidatedRow } from '../../src/plan/validate-row.ts';
import { Warnings } from '../../src/plan/warnings.ts';
import { check, lines } from './plan-file.ts';

const AREA_CODES = { numbering: embeddedNumbering(), today: dayOf(new Date()), isStrict: true };

const HEADERS = [
  ['area_code', 'quantity'],
  ['campaign', 'area_code', 'quantity', 'type', 'fill_quantity'],
  ['type', 'quantity', 'distance', 'allow_overlay', 'area_code', 'cleansed_only', ''],
  ['one', ...COLUMN_NAMES, 'fault', 'two', '', ''],
  ['type', 'quantity', 'note'],
  ['state', 'area_code', 'quantity', 'country'],
  ['area_code', 'quantity', 'AC', 'so far', 'mark', 'state'],
];

/** Of each column, cells as most files have them; the first is right beside the others' first. */
const PLAIN: Record<string, string[]> = {
  area_code: ['212', '312', '416', '212555', '', '999', '199', '212199', '21', '2125'],
  quantity: ['5', '1', '25', '26', '0', '007', '100000', '100001', '1000000', ''],
  type: ['local', '', 'canadian_local', 'tollfree', 'true800'],
  distance: ['', '0', '25', '10000', '10001'],
  allow_overlay: ['', '0', '1'],
  fallback: ['', 'overlay'],
  keep_trying: ['', '3d'],
  state: ['NY', 'CA', 'New York', '', 'ny ', "'NY"],
  AC: ['212', '312', '646', '', 'x', '000'],
  'so far': ['1', '0', '5', '', '25', 'x'],
  mark: ['', 'x', 'no', 'yes', 'Bob'],
  country: ['US', 'UK', '', 'usa'],
  '': ['', 'x'],
};
const FLAG = ['', '0', '1'];
const TEXT = [
  ...['spring 7', '', ' a b ', "'=x", '=x', 'é', '東😀', '7', 'do not buy', 'cancelled', '\u00a0'],
  ...['\ufeff', 'x\ty'],
];
const ODD = [
  ...['do not order', 'only 5', 'Cancelled', 'total', 'on hold until', 'toll free', 'Noah'],
  ...['TFN', 'tfs', 'to tal', 'su-m', 'tru e800', 'St. Louis'],
  ...[' 5', '5 ', '+5', '-5', '5.0', '1e3', '٣', '(212)', '212-555', "'212", '="212"', '"5"', '"'],
  ...['Local', 'LOCAL', 'locals', 'true', 'yes', '2', '00', '\u200b', '\u2028', '\0', '\x1a', 'x'],
  ...['212.0', '1.0', '1.000', '1.00', '+1 212', '1-212', 'Y', 'n', '#415', '#N/A', '.0'],
];

function cellOf(name: string): fc.Arbitrary<string> {
  const isOurs = COLUMN_NAMES.some((column) => column === name);
  const [usual = '', ...others] = PLAIN[name] ?? (isOurs ? FLAG : TEXT);
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(usual) },
    { weight: 6, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD) },
  );
}

const newline = fc.oneof(
  { weight: 8, arbitrary: fc.constant('\n') },
  { weight: 2, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\r', '\n\n', ' \n', '\n\r', ',\n') },
);

function rowsOf(names: string[], delimiter: string): fc.Arbitrary<string> {
  const cells = fc.tuple(...names.map(cellOf));
  const row = fc.tuple(cells, newline).map(([cells, end]) => cells.join(delimiter) + end);
  return fc.array(row, { maxLength: 12 }).map((rows) => rows.join(''));
}

const plans = fc
  .record({
    names: fc.constantFrom(...HEADERS),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quantity: fc.constantFrom(null, 7),
    keepTrying: fc.constantFrom(null, '3d'),
    rules: fc.constantFrom(AREA_CODES, undefined),
  })
  .chain((form) =>
    fc.record({
      form: fc.constant(form),
      text: rowsOf(form.names, form.delimiter),
      cuts: fc.array(fc.nat(200), { maxLength: 3 }),
      begins: fc.constantFrom<number[]>(2, 2_000),
    }),
  );
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

/** The bytes in pieces that end with whole characters. */
function piecesOf(text: string, cuts: number[]): Buffer[] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  return places
    .slice(1)
    .map((end, at) => Buffer.from(text.slice(places[at], end).toWellFormed()))
    .filter(({ length }) => length > 0);
}

/** Each header is read once: that is as much work as all the rows of a small plan. */
const headers = new Map<string, Header>();

function headerOf(cells: string[], hasQuantity: boolean): Header {
  const key = JSON.stringify([cells, hasQuantity]);
  const header = headers.get(key) ?? readHeader({ line: 1, cells }, hasQuantity);
  headers.set(key, header);
  return header;
}

/** What comes of the rows, how many of them were taken as plain lines, and what ended it. */
async function outcome({ form, text, cuts, begins }: Plan, isPlain: boolean) {
  const { names, delimiter, quantity, keepTrying, rules: areaCodes } = form;
  const rules: RowRules = { quantity, keepTrying, today: AREA_CODES.today };
  const header = headerOf(names, quantity !== null);
  const warnings = new Warnings();
  const judge = new RowJudge(header, rules, areaCodes, new Ladders(areaCodes), warnings);
  const rows: ValidatedRow[] = [];
  let taken = 0;
  const options = { rules, areaCodes, isKept: true };
  const reader = new PlainLines({ header, delimiter }, { ...options, watched: judge.watched });
  const plain: Plain = {
    reader,
    take: (line: Line) => {
      taken += 1;
      judge.pass(line, reader);
      rows.push({ line, errors: [] });
    },
  };
  async function* pieces() {
    yield* piecesOf(text, cuts);
  }
  let end: unknown = null;
  try {
    for await (const batch of readRows(pieces(), delimiter, begins)) {
      batch((row) => rows.push(judge.judge(row)), isPlain ? plain : undefined);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    end = error.errors;
  }
  judge.close();
  return { rows, warnings: warnings.listed, end, taken };
}

test('a line that is taken as plain is what the judge makes of its row', async () => {
  let taken = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { taken: plain, ...read } = await outcome(plan, true);
      const { taken: none, ...expected } = await outcome(plan, false);
      expect(read).toEqual(expected);
      expect(none).toBe(0);
      taken += plain;
      all += expected.rows.length;
    }),
    { numRuns: 3_000 },
  );
  // Or it would compare nothing.
  expect(taken / all).toBeGreaterThan(0.2);
});

const USUAL = { delimiter: ',', quantity: null, keepTrying: null, rules: AREA_CODES } as const;

test('what programs write is taken, each line of it', async () => {
  const text = ['212,5,local,1', '312555,030,,', '416,100000,canadian_local,0', ',7,tollfree,1'];
  const form = {
    ...USUAL,
    names: ['area_code', 'quantity', 'type', 'fill_quantity'],
  };
  for (const newline of ['\n', '\r\n']) {
    const plan = { form, text: text.join(newline) + newline, cuts: [], begins: 2 };
    expect((await outcome(plan, true)).taken).toBe(4);
  }
});

test('from a very long line on the parser reads, and no row is lost', async () => {
  const text = `212,1,a\n212,2,${'x'.repeat(20_000)}\n212,3,"b"\n212,4,c`;
  const plan = {
    form: { ...USUAL, names: ['area_code', 'quantity', 'note'] },
    text,
    cuts: [3, 9_000, 20_030],
    begins: 2,
  };
  const { rows, taken } = await outcome(plan, true);
  expect(rows).toEqual((await outcome(plan, false)).rows);
  expect(rows.map(({ line }) => [line?.line, line?.quantity])).toEqual([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 4],
  ]);
  expect(taken).toBe(0);
});

/** Rows begin near the end of a file's first chunk: only what follows it is read from the bytes. */
const FIRST_CHUNK = 16 * 1024;

test('a plan is checked and read as if each of its rows were made of cells', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(100), async ({ form, text }, before) => {
      // What ends the reading ends it elsewhere in the parser.
      fc.pre(!/["\0]/.test(text));
      const { delimiter, quantity, keepTrying, rules } = form;
      const names = form.names.join(delimiter);
      const blanks = '\n'.repeat(FIRST_CHUNK - names.length - 1 - before);
      const plan = `${names}\n${blanks}${text}${blanks}${text}`;
      // With a quote at the beginning, the parser makes cells of the whole file.
      const quoted = plan.replace(form.names[0]!, `"${form.names[0]}"`);
      const options = {
        ...(rules && { areaCodes: rules }),
        ...(quantity === null ? {} : { defaultQuantity: quantity }),
        ...(keepTrying === null ? {} : { keepTrying }),
      };
      const { sha256: _, bytes: _bytes, ...checked } = await check(plan, options);
      expect(await check(quoted, options)).toMatchObject(checked);
      if (checked.faultCount > 0) return;
      expect(await lines(plan, options)).toEqual(await lines(quoted, options));
    }),
    { numRuns: 150 },
  );
});
