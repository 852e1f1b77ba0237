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
    expect(await areaCodes(content)).toEqual(['212:5', '312:10']);
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
      expect.stringMatching(
        /names [23] area codes\. Write a row for each(?:, or 212-646 if 646 is an exchange)?\.$/,
      ),
    ]);
  });

  test.each(['AC 212', 'area code: 212', 'NPA 212'])('%s holds one', async (cell) => {
    expect(await messages(`area_code,quantity\n${cell},5\n`)).toEqual([
      expect.stringMatching(/Write 212\.$/),
    ]);
  });

  test.each([
    ...['NYC (212)', '212 NY', '212 (cancelled)', '212 sold out', '212 hold', '212 summer'],
  ])('%s may hold one that is not wanted', async (cell) => {
    expect(await messages(`area_code,quantity\n${cell},5\n`)).toEqual([
      expect.stringMatching(/Write 212\. If the words mean that it is not wanted, delete the line/),
    ]);
  });

  test.each([
    ...['212 Total', '(212) total', '212-555 Subtotal:', '212 Count', '212 Sum', '212 Average'],
    ...['New York total', 'NY Total,', 'Total,'],
  ])('%s is a total', async (cell) => {
    const row = cell.endsWith(',') ? `,${cell}11,\n` : `${cell},,11,\n`;
    const content = `area_code,client,quantity,note\n212,A,5,\n212,B,6,\n${row}`;
    expect(await messages(content)).toEqual([
      expect.stringMatching(/looks like a total\. Remove it/),
    ]);
  });

  test.each(['New York', 'NY', 'Québec'])('%s is a place', async (cell) => {
    expect(await messages(`area_code,quantity\n${cell},5\n`)).toEqual([
      expect.stringMatching(
        /is not a number\. Write 3 or 6 digits.* "numbering Texas" lists the area codes of a state/,
      ),
    ]);
  });

  test.each(['’212', '‘212', '“212”', '„212“', '‘212’'])('%s is read', async (cell) => {
    expect(await areaCodes(`area_code,quantity\n${cell},5\n`)).toEqual(['212:5']);
  });
});

describe('a quantity', () => {
  test.each(['25.00', '25.0', '25.'])('%s is read', async (cell) => {
    expect(await areaCodes(`area_code,quantity\n212,${cell}\n`)).toEqual(['212:25']);
  });

  test.each(['25 pcs', '+25', '$25', '25 numbers'])('%s may be 25', async (cell) => {
    expect(await messages(`area_code,quantity\n212,${cell}\n`)).toEqual([
      expect.stringMatching(/is not a number\. Write 25, if that many numbers are meant\.$/),
    ]);
  });

  test.each(['25 dozen', '2 sets', '1,000 lines', '25-30'])('%s may be more', async (cell) => {
    expect((await messages(`area_code,quantity\n212,"${cell}"\n`))[0]).toMatch(/whole number from/);
  });

  test('that is an emoji is shown as it is seen', async () => {
    const [message] = await messages('area_code,quantity\n212,5\ufe0f\u20e3\n');
    expect(message).toContain('quantity "5\u20e3" is an emoji');
  });
});

describe('a header that is none', () => {
  test.each([
    ['Vorwahl;Menge\n212;5\n', 'Line 1 ("Vorwahl, Menge") names none of our columns'],
    ['New York,212,5\n', 'Line 1 ("New York, 212, 5") names none of our columns'],
  ])('is quoted: %j', async (content, begin) => {
    expect((await messages(content))[0]).toContain(begin);
  });
});

describe('a wish', () => {
  const header = 'area_code,quantity,fallback,keep_trying\n';

  test.each([
    ...['212,5,no,', '212,5,None,', '212,5,,no', '212,5,,None'],
    // A default may fill a blank.
    ...['212,5,,n/a', '212,5,,-'],
  ])('that says no is to be left blank: %s', async (row) => {
    expect(await messages(header + row)).toEqual([expect.stringMatching(/Leave it blank\.$/)]);
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

describe('an area code with words that change what it means', () => {
  test.each([
    'not 212',
    'no 212',
    'except 212',
    'any 212',
    '212 & up',
    '212 or near',
    'all but 212',
  ])('%s is not the code itself', async (cell) => {
    const [message] = await messages(`area_code,quantity\n${cell},5\n`);
    expect(message).toMatch(/Write 3 or 6 digits/);
    expect(message).not.toContain('Write 212.');
  });
});

describe('rows that are one cell each say so:', () => {
  test.each([
    ['in quotes', '"area_code,quantity"\n"212,10"\n'],
    ['lines separated by blanks', '212 5\n312 6\n'],
    ['lines separated by colons', '212: 5\n312: 6\n'],
    ['separated by blanks', 'area_code quantity\n212 10\n'],
    ['separated by colons', 'area_code:quantity\n212:10\n'],
    ['with quotes inside', '"area_code,quantity,city"\n"212,10,""New York"""\n'],
    ['below a good header', 'area_code,quantity\n"212,10"\n'],
    ['with tabs below a header with commas', 'area_code,quantity\n212\t10\n'],
  ])('%s', async (_, content) => {
    expect(await messages(content)).toEqual([expect.stringMatching(/is one cell/)]);
  });

  test('but not a note', async () => {
    const content = 'area_code,quantity,city\n212,5,NY\nEast, coast\n';
    expect((await messages(content)).join()).not.toMatch(/is one cell/);
  });
});

describe('a message says no more than is true:', () => {
  test.each([
    ['area_code,quantity\nTotal,35\n212,10\n312,25\n', /looks like a total\. Remove it/],
    ['Area Code (now),Area code (new),quantity\n1,646,10\n', /are both read as area_code\./],
    ['area_code,quantity,sms\n', /If this is a remainder, nothing is left to buy\./],
    ['+-----+\n| npa |\n', /This is a table drawn with lines/],
    ['Netnummer;Aantal\n212;5\n', /"Netnummer" looks like area_code, "Aantal" looks/],
    ['Numer kierunkowy;Ilość\n212;5\n', /kierunkowy" looks like area_code, "Ilość" looks/],
    ['Prefisso;Quantità\n212;5\n', /"Prefisso" looks like area_code, "Quantità" looks/],
    ['Código de área;Quantidade\n212;5\n', /"Código de área" looks .* "Quantidade" looks/],
    ['Bezirk;Zahl\n212;5\n', /"Bezirk, Zahl"/],
    ['Vorwahl;Menge\n212;5\n', /"Vorwahl" looks like area_code, "Menge" looks like quantity/],
    ['Indicatif;Quantité;Ville\n212;5;NY\n', /"Indicatif" looks like area_code, "Quantité"/],
    ['código de área;cantidad\n212;5\n', /looks like area_code, "cantidad" looks like quantity/],
  ])('%j', async (content, message) => {
    expect((await messages(content))[0]?.slice(0, 400)).toMatch(message);
  });
});

test('a row that is too long may have a quote that is never closed', async () => {
  expect(await messages(`area_code,quantity\n212,${'5'.repeat(70_000)}\n`)).toEqual([
    expect.stringMatching(/is longer than 64 KB\. If it has an opening quote, that is never/),
  ]);
});

test.each(['10,0', '10,00'])('%s is read in a file with other separators', async (cell) => {
  expect(await areaCodes(`area_code;quantity\n212;${cell}\n`)).toEqual(['212:10']);
});
