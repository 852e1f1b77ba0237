/** Columns that have other names than ours, near or loose. */
import { describe, expect, test } from 'vitest';
import { areaCodes, check, lines, places } from './plan-file.ts';

describe('names near ours', () => {
  test.each([
    [
      'Area Codes,quantites',
      ['"quantites" looks like quantity', '"Area Codes" was read as area_code'],
    ],
    ['Aria Code,qty', ['"Aria Code" looks like area_code', '"qty" was read as quantity']],
    ['Area Kodes,quantites', ['"Area Kodes" looks like area_code', '"quantites" looks like']],
    ['area_code,How', ['"How", "City" were not understood. Rename the column that holds it']],
    ['Where,qty', ['"Where", "City" were not understood. Rename the column that holds it']],
  ])('%s are named with what is missing', async (header, said) => {
    const { faults } = await check(`${header},City\n212,5,NY\n`);
    expect(faults).toHaveLength(1);
    for (const each of said) expect(faults[0]?.message).toContain(each);
  });

  test.each([
    'Quantity (max 25)',
    '"Quantity\n(numbers)"',
    'Quantity [how many?]',
    'How many',
    'Amount',
    'Numbers needed',
    '# of phone numbers',
    'Number of DIDs',
  ])('%s is read as quantity, which a person must accept', async (name) => {
    const plan = `area_code,${name}\n212,5\n`;
    expect(await areaCodes(plan)).toEqual(['212:5']);
    expect((await check(plan)).warnings).toMatchObject([
      { needsAnswer: true, message: expect.stringContaining('read as quantity') },
    ]);
  });

  test('that are loose mean a column only where no other does', async () => {
    expect(await areaCodes('Area,Numbers\n212,5\n')).toEqual(['212:5']);
    const plan = await check('Area,area_code,Amount,qty\nNorth,212,$9,5\n');
    expect(plan).toMatchObject({ numbers: 5, extraColumns: ['Area', 'Amount'], warnings: [] });
    expect(places(await check('npa,How many,Numbers\n212,5,6\n'))).toEqual(['1:quantity']);
    const surer = await check('Area,Quantity (max 25),Amount\n212,5,$9\n');
    expect(surer).toMatchObject({ numbers: 5, extraColumns: ['Amount'] });
    const byDefault = await check('npa,Amount\n212,9\n', { defaultQuantity: 5 });
    expect(byDefault).toMatchObject({ numbers: 5, extraColumns: ['Amount'] });
  });

  test('are shown without half a character, which PostgreSQL refuses', async () => {
    const name = `Quantity (${'x'.repeat(49)}😀)`;
    const { warnings } = await check(`area_code,${name}\n212,5\n`);
    expect(warnings[0]?.message).toContain(`"Quantity (${'x'.repeat(49)}…"`);
    expect(warnings[0]?.message.isWellFormed()).toBe(true);
  });

  test('a name with brackets is the own column of a plan that has ours', async () => {
    const { extraColumns, warnings } = await check('npa,Qty (old),qty\n212,9,5\n');
    expect(extraColumns).toEqual(['Qty (old)']);
    expect(warnings).toMatchObject([{ column: 'Qty (old)', needsAnswer: true }]);
  });

  test('two names with brackets are equally good, so neither is taken', async () => {
    const { faults } = await check('npa,Qty (East),Qty (West)\n212,9,5\n');
    expect(faults).toMatchObject([{ column: 'quantity', found: 'Qty (East), Qty (West)' }]);
  });

  test('clear ones are read', async () => {
    const plan = 'area_code,quantity,sms,Number Type,all or none\n416,5,1,canadian_local,1\n';
    expect(await lines(plan)).toMatchObject([
      { type: 'canadian_local', smsSupported: true, fillQuantity: true, extra: [] },
    ]);
    expect(await lines('types,count\ntollfree,5\n')).toMatchObject([{ type: 'tollfree' }]);
    expect(await check(plan)).toMatchObject({ warningCount: 0 });
  });

  test.each([
    ...['toll free', 'SMS capable', 'smsEnabled', 'Radius', 'overlay', 'line type', 'my qty'],
    ...['type of number', 'Type of line', 'DID kind', 'kind', 'nxx', 'Exchange', 'co_code'],
    ...['skip', 'Status', 'max price', 'maxPrice', 'Budget', 'cost', 'Buy?', 'Buy (Y/N)'],
    ...['On hold'],
    ...['Order?', 'Do not order', 'Already bought', 'Approved', 'Have', '2nd choice', 'Backup'],
  ])('%s is carried along, which a person must accept', async (name) => {
    const { extraColumns, warnings } = await check(`area_code,quantity,${name}\n212,5,x\n`);
    expect(extraColumns).toEqual([name]);
    expect(warnings).toMatchObject([{ column: name, needsAnswer: true }]);
  });

  test.each([
    'campaign type',
    'cost center',
    'City',
    'Note',
    'customer kind',
    'id',
    'phone',
    'order',
  ])('%s is a column of the plan itself', async (name) => {
    const { warnings } = await check(`area_code,quantity,${name}\n212,5,x\n`);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['npa,nxx', 'warnings'],
    ['area_code,exchange', 'warnings'],
    ['npa,prefix', 'faults'],
    ['area_code,npa-nxx', 'faults'],
  ] as const)('%s say how an exchange is written', async (header, kind) => {
    expect((await check(`${header},quantity\n212,555,5\n`))[kind]).toMatchObject([
      { message: expect.stringContaining('only in area_code: write its 6 digits (NPANXX) there') },
    ]);
  });
});
