import { describe, expect, test } from 'vitest';
import { check, lines, linesOf, planFile, rules } from './plan-file.ts';

const TODAY = rules();
const plan = (cell: string, name = 'keep_trying') => `area_code,quantity,${name}\n212,5,${cell}\n`;

test.each([
  ['3d', '3d'],
  [' 12 H ', '12h'],
  ['1h', '1h'],
  ['8760h', '8760h'],
  ['365D', '365d'],
  ['007d', '7d'],
  ['until 2026-12-31', 'until 2026-12-31'],
  ['UNTIL  2026-08-18', 'until 2026-08-18'],
  ['2027-08-17', 'until 2027-08-17'],
  ['', null],
])('%j reads as %j', async (cell, keepTrying) => {
  expect((await lines(plan(cell), TODAY))[0]?.keepTrying).toBe(keepTrying);
});

test.each(['keep_trying', 'Keep trying', 'retry_until', 'Retry until'])(
  'the column may be called %s',
  async (name) => {
    expect((await lines(plan('3d', name), TODAY))[0]?.keepTrying).toBe('3d');
  },
);

describe('an error is', () => {
  test.each([
    ['a number alone', '3', 'is neither a length of time nor a date'],
    ['months', '3 months', 'is neither a length of time nor a date'],
    ['a negative time', '-3d', 'is neither a length of time nor a date'],
    ['parts of a day', '1.5d', 'is neither a length of time nor a date'],
    ['an emoji', '😀', 'is neither a length of time nor a date'],
    ['10 kB', 'x'.repeat(10_000), 'is neither a length of time nor a date'],
    ['no time', '0h', 'is not from 1 hour to 365 days'],
    ['more than a year', '366d', 'is not from 1 hour to 365 days'],
    ['more than a year of hours', '8761h', 'is not from 1 hour to 365 days'],
    ['a day as Americans write it', '12/31/2026', 'is neither a length of time nor a date'],
    ['a day that there is not', 'until 2027-02-29', 'names a date that does not exist'],
    ['until alone', 'until', 'is neither a length of time nor a date'],
    ['today', 'until 2026-08-17', 'is not after today. Write a day after 2026-08-17'],
    ['a day that has passed', 'until 2025-12-31', 'is not after today'],
    ['a day too far away', 'until 2027-08-18', 'is more than a year away'],
  ])('%s', async (_what, cell, message) => {
    const { faults } = await check(plan(cell), TODAY);
    expect(faults).toMatchObject([
      { line: 2, column: 'keep_trying', message: expect.stringContaining(message) },
    ]);
  });
});

test('a day is in time until it has come, also on the last of February', async () => {
  expect((await check(plan('until 2029-02-28'), rules({ today: '2028-02-29' }))).faults).toEqual(
    [],
  );
  const { faults } = await check(plan('until 2029-03-01'), rules({ today: '2028-02-29' }));
  expect(faults).toMatchObject([{ message: expect.stringContaining('up to 2029-02-28') }]);
});

test('the second reading, perhaps after midnight, looks at no calendar', async () => {
  const path = await planFile(plan('until 2020-01-01'));
  expect(await linesOf(path)).toMatchObject([{ keepTrying: 'until 2020-01-01' }]);
});

describe('the default for blank cells', () => {
  test('holds where the cell or the column is missing', async () => {
    const text = 'area_code,quantity,keep_trying\n212,5,\n213,5,12h\n';
    const options = { ...TODAY, keepTrying: ' 3D ' };
    expect((await lines(text, options)).map(({ keepTrying }) => keepTrying)).toEqual(['3d', '12h']);
    expect(await lines('area_code,quantity\n212,5\n', options)).toMatchObject([
      { keepTrying: '3d' },
    ]);
    expect((await check(text, options)).keepTryingLines).toBe(2);
    expect((await check(text, TODAY)).keepTryingLines).toBe(1);
  });

  test('may be blank, which is none', async () => {
    expect(await lines(plan(''), { keepTrying: ' ' })).toMatchObject([{ keepTrying: null }]);
  });

  test.each([
    [
      '3',
      'The keep_trying of all lines, "3", is neither a length of time nor a date. Write 3d, 12h ' +
        'or until',
    ],
    ['until 2026-08-17', '"until 2026-08-17", is not after today. Write a day after 2026-08-17'],
    [`\u001b${'x'.repeat(5_000)}`, '\\u001Bx'],
  ])('of %j is refused', async (keepTrying, message) => {
    await expect(check(plan(''), { ...TODAY, keepTrying })).rejects.toMatchObject({
      code: 'invalid_usage',
      message: expect.stringContaining(message),
    });
  });
});

test('rows that keep trying for another time are different', async () => {
  const text = 'area_code,quantity,keep_trying\n212,5,3d\n212,5,12h\n212,5,\n212,5,3D\n';
  expect((await check(text, TODAY)).warnings).toMatchObject([
    { line: 5, message: expect.stringMatching(/^1 row .*: line 5 as line 2\.$/) },
  ]);
});
