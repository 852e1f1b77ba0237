import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { annotatePlan } from '../../src/plan/index.ts';
import { check, folder, planFile } from './plan-file.ts';

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
    const out = `${folder}/total.csv`;
    const { faultyRows } = await annotatePlan(await planFile(`${CITIES}Total,939,20\n`), out);
    expect(faultyRows).toBe(1);
    expect(await readFile(out, 'utf8')).toMatch(/Total,939,20,"?This row says ""Total""/);
  });

  test.each(['Total Energies', 'Totaltest', 'Sum Ltd', 'Summerville', 'Somme Hotel'])(
    'is none where a customer is called %s',
    async (name) => {
      const { faultCount, warnings } = await check(`${CITIES}${name},939,20\n`);
      expect({ faultCount, warnings }).toEqual({ faultCount: 0, warnings: [] });
    },
  );
});
