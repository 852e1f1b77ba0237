/** Titles above the header: some say what the list is, and some are names. */
import { describe, expect, test } from 'vitest';
import { asked, check } from './plan-file.ts';

describe('a title above the header', () => {
  test.each([
    ...['All quantities in hundreds', 'Quantities in dozens', 'Numbers per site', 'Qty (000s)'],
    ...['DRAFT - do not order', 'EXAMPLE ONLY', 'Cancelled orders 2026', 'Current inventory'],
    ...['Numbers we already have', 'Numbers to release', 'Not approved', 'Toll-free numbers'],
    ...['x10', 'Quantities x 100', 'Have', 'Old list', 'Orders on hold'],
    ...[
      'Please check with Bob first',
      'NY list, discontinued',
      'Order, each site',
      '~~Old order~~',
    ],
    ...['Draft 3', 'Draft v2 of May', 'DO NOT PLACE YET', 'Not yet approved', 'DRAFT (v2)'],
    ...['Order on hold (legal)', 'Cancelled (May)'],
    ...['Entwurf', 'Bestellung in Dutzend', 'Brouillon', 'Pedidos cancelados'],
  ])('that says something of the whole list must be answered: %s', async (title) => {
    expect(await asked(`ACME\n"${title}"\narea_code,quantity\n212,5\n`)).toEqual([
      `The header row is line 3. The 2 lines above it are skipped, and "${title}" there changes ` +
        'nothing: each line is bought as it stands.',
    ]);
  });

  test.each([
    ...['Autumn order', 'Prepared 2026-11-01', 'Table 1', 'Order No. 1000', 'Due 10:00', 'Notes'],
    ...['Perth office', 'Canadian numbers', 'Testament Inc', 'Newport', 'Forty numbers, 12.000'],
    ...['Contact: Jane, 212-555-1234 x104', 'Project X 2025', 'Old Navy Q1', 'As per our call'],
    ...['Closed Loop Partners', 'Not-for-profit clients', 'Pas-de-Calais', 'Void Labs'],
    ...['Test & Learn campaign', 'Current as of 11/30', 'H&R Block order'],
    ...['Have a Heart Foundation', 'Last updated: 2026-11-30', 'Revised 11/3', 'Need by 12/15'],
    ...['Total quantity: 300', 'Area codes 212 and 646', '© Acme. All rights reserved.'],
    ...['Numbers for next year', 'Max 25 per call'],
  ])('is else named, and no question: %s', async (title) => {
    const content = `"${title}"\narea_code,quantity\n212,5\n`;
    expect(await asked(content)).toEqual([]);
    expect((await check(content)).warnings).toMatchObject([
      { message: `The header row is line 2. The line above it is skipped: "${title}".` },
    ]);
  });

  test('may say the type where each line has one', async () => {
    expect(await asked('Toll-free numbers\ntype,quantity\ntollfree,5\n')).toEqual([]);
  });

  test('is named by its first three cells, in one line and escaped', async () => {
    const { warnings } = await check('a,"b\nc",\u202ad,e\narea_code,quantity\n212,5\n');
    expect(warnings[0]?.message).toMatch(/skipped: "a", "b c", "\\u202Ad", …\.$/);
  });
});
