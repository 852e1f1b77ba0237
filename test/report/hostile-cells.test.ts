import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../support/any-character.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { answerTo } from '../support/sending.ts';
import { answered, cellsOf, filled, readBack, refused } from './reported-plan.ts';

/** A cell of the plan: as written, and as read back. */
const CELLS: [cell: string, written: string, back: string][] = [
  ['=1+1', "'=1+1", '=1+1'],
  [' =1', "'=1", '=1'],
  ['\t\u00a0=1', "'=1", '=1'],
  ['+49', "'+49", '+49'],
  ['-5', "'-5", '-5'],
  ['@x', "'@x", '@x'],
  ['\uff1d1', "'\uff1d1", '\uff1d1'],
  ['=HYPERLINK("http://x", "y")', `'=HYPERLINK("http://x", "y")`, '=HYPERLINK("http://x", "y")'],
  ['\n=1', "'=1", '=1'],
  ['one\n=two', "one\n'=two", 'one\n=two'],
  [';=1', ";'=1", ';=1'],
  ['a; @x', "a; '@x", 'a; @x'],
  ['a,\t-1|+2', "a,\t'-1|'+2", 'a,\t-1|+2'],
  ['a;b, c=d - e', 'a;b, c=d - e', 'a;b, c=d - e'],
  ['one\rtwo', 'one\rtwo', 'one\rtwo'],
  ['one\r\ntwo', 'one\r\ntwo', 'one\r\ntwo'],
  ['"', '"', '"'],
  ['""', '""', '""'],
  ["'", "'", "'"],
  ["it's", "it's", "it's"],
  ["''=1", "''=1", "''=1"],
  ['a,b;c\td|e', 'a,b;c\td|e', 'a,b;c\td|e'],
  ['001', '001', '001'],
  ["$& $1 $$ $'", "$& $1 $$ $'", "$& $1 $$ $'"],
  ['Ä 😀 \u202e עברית', 'Ä 😀 \u202e עברית', 'Ä 😀 \u202e עברית'],
  ['\u2028', '', ''],
  ['', '', ''],
];

/** What a spreadsheet may take for a formula, wherever it takes a cell to begin. */
const RUNS = /(?:^|[,;|\t\r\n])\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

const cell = fc
  .oneof(
    fc.string({ unit: anyCharacter, maxLength: 12 }),
    fc
      .array(fc.constantFrom('=', '+', "'", '"', '\r', '\n', ',', ';', '\t', ' ', 'x'), {
        maxLength: 8,
      })
      .map((parts) => parts.join('')),
  )
  // As the ledger has them from reading: trimmed, without NUL, and the guard taken off.
  .map((text) => text.replaceAll('\0', '').trim())
  .filter(
    (text) => !/(?:^|[,;|\t\r\n])[^\S\t\r\n]*'[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text),
  );

async function cellsBack(text: string) {
  const { check, lines } = await readBack(text);
  expect(check.faults).toEqual([]);
  return { extraColumns: check.extraColumns, extra: lines.map((each) => each.extra) };
}

describeOnALedger('safe to open and to read back is', (given) => {
  describe('a cell of the plan, which', () => {
    test('is written so that it cannot run, and is read back as it was', async () => {
      const lines = CELLS.flatMap(([own], at) => [
        line({ line: 2 * at + 2, quantity: 1, extra: ['first', own] }),
        line({ line: 2 * at + 3, extra: [own, 'last'] }),
      ]);
      const plan = await given.planWith(lines, ['one', 'two']);
      await given.decide(plan, Array(CELLS.length).fill([filled, refused]).flat());
      const [, ...rows] = cellsOf(await given.textOf(plan, 'lines.csv'));
      expect(rows.map((row) => row.slice(-2))).toEqual(
        CELLS.flatMap(([, written]) => [
          ['first', written],
          [written, 'last'],
        ]),
      );
      const numbers = await given.rowsOf(plan, 'numbers.csv');
      expect(numbers.map(({ one, two }) => [one, two])).toEqual(
        CELLS.map(([, written]) => ['first', written]),
      );
      const again = await cellsBack(await given.textOf(plan, 'remainder.csv'));
      expect(again.extra).toEqual(CELLS.map(([, , back]) => [back, 'last']));
    });

    test('runs in no spreadsheet and reads back equal', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1 }), async (extra) => {
          const lines = extra.map((each, at) => line({ line: at + 2, extra: each }));
          const plan = await given.planWith(lines, ['one', 'two']);
          await given.decide(plan, Array(lines.length).fill(refused));
          const text = await given.textOf(plan, 'remainder.csv');
          for (const each of cellsOf(text).flat()) expect(each).not.toMatch(RUNS);
          expect((await cellsBack(text)).extra).toEqual(extra);
        }),
        { numRuns: 20 },
      );
    });
  });

  describe('the name of a column of the plan, which', () => {
    const headersOf = async (columns: string[]) => {
      const plan = await given.planWith([line({ extra: columns.map(() => 'x') })], columns);
      const names = ['numbers.csv', 'lines.csv', 'remainder.csv'] as const;
      const texts = await Promise.all(names.map((name) => given.textOf(plan, name)));
      return texts.map((text) => cellsOf(text)[0]!.slice(-columns.length));
    };

    test.each([
      [
        ['line', 'number', 'note'],
        ['plan_line', 'plan_number', 'note'],
      ],
      [
        ['E164', 'Bought At', 'state'],
        ['plan_E164', 'plan_Bought At', 'state'],
      ],
      [
        ['plan_line', 'Line'],
        ['plan_line', 'plan_plan_Line'],
      ],
      [
        ['line', 'plan_line'],
        ['plan_line', 'plan_plan_line'],
      ],
      [
        ['status', 'Reason', 'Fault'],
        ['plan_status', 'plan_Reason', 'Fault'],
      ],
      // Taken for a column of the plan itself before its name was understood.
      [
        ['sms', 'fault'],
        ['plan_sms', 'plan_fault'],
      ],
      [
        ['=1', "'=1", ' @x '],
        ["'=1", "plan_'=1", "'@x"],
      ],
      [
        ['a "b"', 'two\nlines', 'c,d;e', ''],
        ['a "b"', 'two\nlines', 'c,d;e', ''],
      ],
    ])('as %j is %j in every file', async (columns, written) => {
      expect(await headersOf(columns)).toEqual([written, written, written]);
    });

    test('survives being bought again and again', async () => {
      const columns = ['=1', 'two\nlines', 'Kampagne "Ä"', 'line', 'number', 'plan_line'];
      let again = { extraColumns: columns, extra: [columns.map((name) => `=${name}`)] };
      let first: typeof again | undefined;
      for (let round = 0; round < 3; round++) {
        const plan = await given.planWith([line({ extra: again.extra[0]! })], again.extraColumns);
        await given.decide(plan, [refused]);
        again = await cellsBack(await given.textOf(plan, 'remainder.csv'));
        first ??= again;
      }
      expect(again).toEqual(first);
      expect(again.extra).toEqual([columns.map((name) => `=${name}`)]);
    });
  });

  describe('what the vendor says, which', () => {
    const unknownRow = async (what: string, body: string | null) => {
      const plan = await given.planWith([line()]);
      await given.decide(plan, [answered(what, body)]);
      const [row] = await given.rowsOf(plan, 'unknown.csv');
      return row!;
    };

    test('runs in no spreadsheet', async () => {
      const row = await unknownRow(' =1+1', '=1+1');
      expect(row).toMatchObject({ what_happened: "'=1+1", evidence: 'answer: =1+1' });
      const plan = await given.planWith([line()]);
      await given.decide(plan, [answered('@x "y"', null)]);
      expect(await given.rowsOf(plan, 'lines.csv')).toMatchObject([{ reason: `'@x "y"` }]);
    });

    test.each([null, '', ' \r\n\t'])('is no evidence when it is %j', async (body) => {
      expect(await unknownRow('nothing came', body)).toMatchObject({ evidence: '' });
    });

    test('becomes one line, without control characters', async () => {
      const { evidence } = await unknownRow(
        'odd',
        '<a>\r\n\t<b>\u001b[31m\u0085red</b>\u2028</a>\n',
      );
      expect(evidence).toBe('answer: <a> <b> [31m red</b> </a>');
    });

    test('is shortened to 300 characters, and to whole ones', async () => {
      const { evidence: ascii } = await unknownRow('long', 'x'.repeat(5_000));
      expect(ascii).toBe(`answer: ${'x'.repeat(291)}…`);
      const { evidence: pairs } = await unknownRow('long', '😀'.repeat(5_000));
      expect(pairs).toBe(`answer: ${'😀'.repeat(145)}…`);
      const { evidence: fits } = await unknownRow('long', 'x'.repeat(292));
      expect(fits).toBe(`answer: ${'x'.repeat(292)}`);
    });

    test.each([
      [1, 'disputed: 2120000001; answer: <answer/>'],
      [25, expect.stringMatching(/^disputed:( 21200000\d\d){25}; answer: <answ…$/)],
      [26, expect.stringMatching(/^disputed:( 21200000\d\d){25} and 1 more…?/)],
    ])('leaves all numbers in dispute to be seen: %i', async (count, wanted) => {
      const numbers = Array.from({ length: count }, (_, n) => String(2_120_000_001 + n));
      await given.sql(
        'insert into ledger.numbers (number, order_id) select unnest($1::bigint[]), ' +
          '(select min(id) from ledger.orders) on conflict do nothing',
        [numbers],
      );
      const plan = await given.planWith([line({ quantity: 25 })]);
      await given.decide(plan, [
        (order) => answerTo(order, 'filled', { numbers, body: '<answer/>' }),
      ]);
      const [row] = await given.rowsOf(plan, 'unknown.csv');
      expect(row).toMatchObject({ quantity: '25', evidence: wanted });
      expect(row!.evidence!.length).toBeLessThanOrEqual(300);
    });
  });
});
