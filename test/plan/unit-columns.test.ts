import { describe, expect, test } from 'vitest';
import { asked, check } from './plan-file.ts';

describe('a column that may count something else than numbers must be answered:', () => {
  test.each([
    ...['unit', 'Units', 'UOM', 'Unit of measure', 'Pack size', 'Multiplier', 'Total numbers'],
    ...['Sets', 'per', 'Months', 'Term (months)', 'Block size', 'Numbers per site', 'dozens'],
    ...['packSize', 'Total', 'x', 'Times', 'Case Pack', 'Percent', '%', '% of total', 'Pct'],
    ...['Percentage (2026)', 'Share of all'],
  ])('%s', async (name) => {
    const { warnings, numbers } = await check(`area_code,quantity,${name}\n212,5,dozen\n`);
    expect(warnings).toMatchObject([
      {
        needsAnswer: true,
        message: expect.stringContaining('buys as many single numbers as its quantity says'),
      },
    ]);
    expect(numbers).toBe(5);
  });

  test.each([
    'Percy',
    'Shareholder',
    'Business unit',
    'cost center',
    'Store',
    'Team',
    'Supervisor',
    'Month',
    'Site',
  ])('not %s', async (name) => {
    expect((await check(`area_code,quantity,${name}\n212,5,x\n`)).warnings).toEqual([]);
  });
});

describe('a second column of quantities', () => {
  test.each([
    ...['Count needed', 'How many', 'how many now', 'Numbers required', 'DIDs to order'],
    ...['Qty received', 'Qty needed', 'alt qty', 'quantity (old)', 'Qty2', 'Qty.1'],
  ])('%s is not to be renamed', async (name) => {
    const { warnings } = await check(`area_code,quantity,${name}\n212,5,7\n`);
    expect(warnings).toMatchObject([
      {
        needsAnswer: true,
        message:
          `The column "${name}" is not one of ours: it is copied into the results and ` +
          'changes nothing. quantity is read from "quantity".',
      },
    ]);
  });

  test('names the column by the name that the file has', async () => {
    const { warnings } = await check('NPA,How many,Area code (new)\n212,5,7\n');
    expect(warnings[1]?.message).toMatch(/area_code is read from "NPA"\.$/);
  });

  test.each([
    'quantity in hundreds',
    'Qty per city',
    'Quantity (in dozens)',
    'quantity per unit',
    'Qty (thousands)',
    'Quantity (blocks of 10)',
    ...['Quantity (000)', 'Qty (k)', 'Count (%)', 'quantity (in stock)', 'Qty [weekly]'],
    ...['Qty/month', 'Weekly quantity', 'Qty on hand', 'Qty delivered', 'Quantity (current)'],
    ...['Quantity (USD)', 'Quantity ($)', 'Count (thousands)', 'Quantity 000s', 'Qty (on hand)'],
  ])('%s does not stand for quantity', async (name) => {
    const { faults, numbers } = await check(`area_code,${name}\n212,5\n`);
    expect(faults).toMatchObject([{ column: 'quantity' }]);
    expect(faults[0]?.message).toContain(`"${name}" may count something else`);
    expect(faults[0]?.message).toContain('Add a column quantity that says how many numbers to buy');
    expect(faults[0]?.message).not.toContain('Rename');
    expect(numbers).toBe(0);
  });
});

test('columns with the same advice are one warning that names them all', async () => {
  const names = 'Include?,Approved,Active,On hold,Max price';
  const { warnings } = await check(`area_code,quantity,${names},nxx\n212,5,y,y,y,n,1,5\n`);
  expect(warnings).toMatchObject([
    {
      column: 'Include?',
      needsAnswer: true,
      message:
        'The columns "Include?", "Approved", "Active", "On hold", "Max price" are not ours: they ' +
        'are copied into the results and change nothing. Each row is bought whatever is ' +
        'written there. To skip a row, set its quantity to 0.',
    },
    { column: 'nxx', message: expect.stringContaining('The column "nxx" is not one of ours') },
  ]);
});

describe('a second table beside the first', () => {
  test.each([
    ['Code,Count needed', /quantity is read from "Quantity"/],
    ['Code,Number', /^The column "Code" holds area codes, such as 415, and changes nothing/],
    ['AC,#', /^The column "AC" holds area codes/],
    ['npa 2,wish', /area_code is read from "Area Code"/],
  ])('must be answered: %s', async (names, message) => {
    const rows = '212,5,415,7\n312,6,617,8\n646,9,,\n';
    expect(await asked(`Area Code,Quantity,${names}\n${rows}`)).toContainEqual(
      expect.stringMatching(message),
    );
  });

  test.each([
    ['Code', '212,5,212\n312,6,312\n'],
    ['Code', '212,5,1001\n312,6,415\n'],
    ['Code', '212,5,\n312,6,\n'],
    ['Area', '212,5,Manhattan\n312,6,Loop\n'],
    ['Store', '212,5,415\n312,6,617\n'],
  ])('is none with the column %s: %j', async (name, rows) => {
    expect(await asked(`Area Code,Quantity,${name}\n${rows}`)).toEqual([]);
  });
});

test.each([
  'Quantity (needed)',
  'Qty (max 25 per order)',
  'Count (DIDs)',
  'Quantity (Chicago)',
  'Qty (current order)',
])('%s stands for quantity, and must be answered', async (name) => {
  const { warnings, numbers } = await check(`area_code,${name}\n212,5\n`);
  expect(warnings).toMatchObject([{ needsAnswer: true }]);
  expect(numbers).toBe(5);
});
