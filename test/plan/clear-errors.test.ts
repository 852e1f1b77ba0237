import { describe, expect, test } from 'vitest';
import { areaCodes, check, lines } from './plan-file.ts';

const messages = async (content: string) => (await check(content)).faults.map((f) => f.message);

describe('a line to buy above the header is an error', () => {
  test.each([
    'tollfree,30\narea_code,quantity,type\n212,5,local\n',
    '30,Toll free\narea_code,quantity,type\n212,5,local\n',
    'NYC,212,5\ncity,area_code,quantity\nChi,312,5\n',
  ])('%j', async (content) => {
    expect(await messages(content)).toEqual([expect.stringMatching(/^Line 1 is a line to buy/)]);
  });

  test.each(['Toll free order,2026', 'Order,2026,5', 'Autumn,1'])('but not %s', async (title) => {
    const { faultCount } = await check(`${title}\ncity,area_code,quantity\nChi,312,5\n`);
    expect(faultCount).toBe(0);
  });
});

describe('a column without a name', () => {
  test.each([
    ',area_code,quantity\n0,212,5\n1,312,10\n',
    '"","area_code","quantity"\n"1",212,5\n"2",312,10\n',
  ])('may count the rows: %j', async (content) => {
    expect(await areaCodes(content)).toEqual([
      ['212', 5],
      ['312', 10],
    ]);
    expect(await check(content)).toMatchObject({ warnings: [], extraColumns: [] });
  });

  test.each([
    [1, ',area_code,quantity\nNYC,212,5\nChi,312,10\n'],
    [1, ',area_code,quantity\n7,212,5\n3,312,10\n'],
    [2, 'area_code,,quantity\n212,NYC,5\n312,Chi,10\n'],
  ])('%i that holds anything else is one error: %j', async (at, content) => {
    expect(await messages(content)).toEqual([`Column ${at} has no name. Name it, or remove it.`]);
  });

  test('may not end with a total', async () => {
    const rows = '0,212,5\n1,312,10\nTotal,524,15\n';
    const { faults } = await check(`,area_code,quantity\n${rows}`);
    expect(faults).toMatchObject([{ line: 4, message: expect.stringContaining('a total') }]);
  });
});

describe('an area code', () => {
  test.each([
    ...['212,646,917', '212/646', '212, 646', '212;646', '212 & 646', '212 or 646', '212+646'],
    ...['212 and 646', '212\n646', '212 646 917', '212 | 646'],
  ])('%j names more than one', async (cell) => {
    expect(await messages(`area_code,quantity\n"${cell}",5\n`)).toEqual([
      expect.stringMatching(/names [23] area codes\. Write a row for each\.$/),
    ]);
  });

  test.each(['NYC (212)', '212 NY', 'AC 212', 'area code: 212'])('%s holds one', async (cell) => {
    expect(await messages(`area_code,quantity\n${cell},5\n`)).toEqual([
      expect.stringMatching(/Write 212\.$/),
    ]);
  });

  test.each(['New York', 'NY', 'Québec'])('%s is a place', async (cell) => {
    expect(await messages(`area_code,quantity\n${cell},5\n`)).toEqual([
      expect.stringMatching(
        /is not a number\. Write 3 or 6 digits.* "numbering 212" says where an area code is\.$/,
      ),
    ]);
  });

  test.each(['’212', '‘212', '“212”', '„212“', '‘212’'])('%s is read', async (cell) => {
    expect(await areaCodes(`area_code,quantity\n${cell},5\n`)).toEqual([['212', 5]]);
  });
});

describe('a quantity', () => {
  test.each(['25.00', '25.0', '25.'])('%s is read', async (cell) => {
    expect(await areaCodes(`area_code,quantity\n212,${cell}\n`)).toEqual([['212', 25]]);
  });

  test.each([
    ['"5,6"', 'has a decimal comma'],
    ['"25,00"', 'has a decimal comma'],
    ['25.5', 'has a decimal point'],
    ['1.000', 'has a decimal point'],
    ['"5\n6"', 'has a line break'],
    ['5️⃣', '"5" is an emoji'],
  ])('%j is refused: %s', async (cell, because) => {
    const [message] = await messages(`area_code,quantity\n212,${cell}\n`);
    expect(message?.replace('\u20e3', '')).toContain(because);
  });
});

describe('a header that is none', () => {
  test.each([
    ['Vorwahl;Menge\n212;5\n', 'Line 1 ("Vorwahl;Menge") names none of our columns'],
    ['New York,212,5\n', 'Line 1 ("New York, 212, 5") names none of our columns'],
  ])('is quoted: %j', async (content, begin) => {
    expect((await messages(content))[0]).toContain(begin);
  });
});

describe('a wish', () => {
  const header = 'area_code,quantity,fallback,keep_trying\n';

  test.each(['no', 'None', 'n/a', '-'])('%s is to be left blank', async (word) => {
    for (const row of [`212,5,${word},`, `212,5,,${word}`]) {
      expect(await messages(header + row)).toEqual([expect.stringMatching(/Leave it blank\.$/)]);
    }
  });

  test.each([
    ['1 week', '7d'],
    ['2w', '14d'],
    ['12 hours', '12h'],
    ['1 Day', '1d'],
    ['3 days', '3d'],
  ])('%s is clear', async (cell, keepTrying) => {
    expect(await lines(`${header}212,5,,${cell}\n`)).toMatchObject([{ keepTrying }]);
  });
});
