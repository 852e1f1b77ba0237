import { describe, expect, test } from 'vitest';
import { annotated, asked, check } from './plan-file.ts';

const CITIES = 'city,area_code,quantity\nNYC,212,5\nChi,312,10\nSF,415,5\n';
const TOTALS = [
  ...['Total', 'Totals:', 'Grand Total', 'Subtotal', 'sub-total', 'Gesamtsumme', 'Summe'],
  ...['Totaal', 'Summa', 'Somme', 'Total général', '合計', '总计', 'Σ', 'Итого', 'TOTAL (all)'],
];

describe('a row of a total whose cells are all valid', () => {
  test.each(TOTALS)('is an error where it adds up: %s', async (word) => {
    const { faults, numbers } = await check(`${CITIES}${word},939,20\n`);
    expect(faults).toMatchObject([
      { line: 5, message: expect.stringContaining(`This row says "${word}", so it looks like`) },
    ]);
    expect(numbers).toBe(20);
  });

  test.each(TOTALS)('is a warning to be answered where it does not: %s', async (word) => {
    const { faultCount, numbers, warnings } = await check(`${CITIES}${word},939,21\n`);
    expect(warnings).toMatchObject([
      { line: 5, needsAnswer: true, message: expect.stringContaining(`"${word}"`) },
    ]);
    expect({ faultCount, numbers }).toEqual({ faultCount: 0, numbers: 41 });
  });

  test('is found for each part and for the whole', async () => {
    const rows = [
      ...['Help,tollfree,5', 'Sales,tollfree,10', 'Subtotal,tollfree,15', 'Fax,tollfree,3'],
      ...['Subtotal,tollfree,3', 'Total,tollfree,18', 'Grand Total,tollfree,18'],
    ];
    const { faults } = await check(`item,type,quantity\n${rows.join('\n')}\n`);
    expect(faults.map(({ line }) => line)).toEqual([4, 6, 7, 8]);
  });

  test('is found far down in a plan that is read from its bytes', async () => {
    const rows = 'NYC,212,1\n'.repeat(5_000);
    const { faults, numbers } = await check(`city,area_code,quantity\n${rows}Total,212,5000\n`);
    expect(faults).toMatchObject([{ line: 5_002 }]);
    expect(numbers).toBe(5_000);
  });

  test('is marked in the annotated plan', async () => {
    const rows = await annotated(`${CITIES}Total,939,20\n`);
    expect(rows.map((row) => /This row says ""Total""/.test(row))).toEqual([
      ...[false, false, false, false, true],
    ]);
  });

  test.each([
    ['Total NY', 20],
    ['All stores', 20],
    ['New York total', 21],
    ['NY Subtotal:', 21],
    ['East sum', 20],
    ['Region 5 Total', 21],
    ['NY (total)', 21],
    ['NY Total 2026', 21],
    ['Total: NY', 21],
    ['Total Chi', 21],
    ['Total for 212', 21],
    ['Subtotal East', 21],
    ['Sub total Ost', 21],
    ['Average', 21],
    ['Carried forward', 21],
  ])('must be answered where it says %s', async (label, quantity) => {
    const far = 'NYC,212,0\n'.repeat(1_000);
    for (const between of ['', far]) {
      const content = `${CITIES}${between}${label},939,${quantity}\nHQ,212,3\n`;
      const { warnings, faultCount } = await check(content);
      expect(faultCount).toBe(0);
      expect(warnings.filter(({ needsAnswer }) => needsAnswer)).toMatchObject([
        { message: expect.stringContaining(`This row says "${label}"`) },
      ]);
    }
  });

  test.each([
    'Total Energies',
    'All State',
    'Royal',
    'Royal Hansen',
    'Totaltest',
    'Sum Ltd',
    'Summerville',
    'Somme Hotel',
    'Total Wine & More',
    'All in One Gym',
    'Dim Sum',
    'Lean & Mean',
  ])('is none where a customer is called %s', async (name) => {
    const { faultCount, warnings } = await check(`${CITIES}${name},939,21\n`);
    expect({ faultCount, warnings }).toEqual({ faultCount: 0, warnings: [] });
  });
});

test.each(['Total NY', 'Total New York', 'Sum US'])(
  '%s must be answered by its place',
  async (label) => {
    expect(await asked(`${CITIES}${label},917,21\n`)).toEqual([
      expect.stringContaining(`This row says "${label}"`),
    ]);
  },
);

describe('a row that adds up without a label must be answered:', () => {
  test.each([
    ['the first of all', 'area_code,quantity,city\n212,15,All stores\n646,10,a\n332,5,b\n', 2],
    ['the last of all', 'region,area_code,quantity\nEast,212,10\nEast,646,5\nAll,917,15\n', 4],
    ['a repeated code', 'area_code,quantity\n212,100\n312,112\n212,212\n', 4],
    ['a repeated type', 'area_code,type,quantity\n212,,10\n,tollfree,25\n,tollfree,35\n', 4],
    ['the last of an area code', 'area_code,quantity\n212,5\n212,6\n212,11\n312,4\n312,9\n', 4],
    ['the last of five', 'area_code,quantity\n212,4\n312,5\n415,6\n617,7\n646,22\n', 6],
  ])('%s', async (_, content, line) => {
    const { warnings, faultCount } = await check(content);
    expect(faultCount).toBe(0);
    expect(warnings.filter(({ needsAnswer }) => needsAnswer)).toMatchObject([
      {
        line,
        message: expect.stringMatching(
          /as many as (?:all other rows|the rows above it)|says "All"/,
        ),
      },
    ]);
  });

  test.each([
    ['two rows', 'area_code,quantity\n212,10\n312,10\n'],
    ['four different codes', 'area_code,quantity\n212,5\n312,5\n415,10\n617,20\n'],
    ['a row between others', 'area_code,quantity\n212,5\n312,15\n415,10\n'],
    ['the sum of those above, with more below', '212,5\n312,5\n415,10\n617,30\n'],
    ['one of several', '212,5\n212,6\n212,11\n212,4\n312,1\n'],
    ['one of two', '212,5\n212,5\n312,1\n'],
    ['a repeated code of another quantity', 'area_code,quantity\n212,5\n312,5\n212,9\n'],
  ])('not %s', async (_, content) => expect(await asked(content)).toEqual([]));
});
