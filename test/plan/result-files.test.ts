import { describe, expect, test } from 'vitest';
import {
  COLUMN_NAMES,
  LINES_COLUMNS,
  NUMBERS_COLUMNS,
  SURPLUS_COLUMNS,
  UNKNOWN_COLUMNS,
} from '../../src/plan/index.ts';
import { check, linesOf, planFile } from './plan-file.ts';

const SETTLE = 'This is the unknown.csv of a plan. Its orders may have bought: settle them.';
const ROW = '10000001,2,212,local,5,2026-11-30T08:50:08.148Z,,';

describe('unknown.csv is no plan,', () => {
  test.each([
    ['as the program writes it', `\ufeff${UNKNOWN_COLUMNS}\r\n${ROW}\r\n`],
    ['without orders', `${UNKNOWN_COLUMNS}\n`],
    ['saved with another separator', `${UNKNOWN_COLUMNS}\n${ROW}\n`.replaceAll(',', ';')],
    ['with tabs', `${UNKNOWN_COLUMNS}\n${ROW}\n`.replaceAll(',', '\t')],
    ['with more columns', `${UNKNOWN_COLUMNS},mine\n${ROW},x\n`],
    ['in another order', `${UNKNOWN_COLUMNS.toReversed()}\n,,2026,5,local,212,2,1\n`],
    ['without its last columns', `${UNKNOWN_COLUMNS.slice(0, -2)}\n1,2,212,local,5,2026\n`],
    ['below a title', `Last week\n${UNKNOWN_COLUMNS}\n${ROW}\n`],
    ['with names in capitals', `${UNKNOWN_COLUMNS}`.toUpperCase()],
  ])('%s', async (_, content) => {
    const { faults, faultCount, lines } = await check(content);
    expect(faults).toMatchObject([{ message: SETTLE, found: 'unknown.csv' }]);
    expect({ faultCount, lines }).toEqual({ faultCount: 1, lines: 0 });
  });
});

test.each([
  ['numbers.csv', NUMBERS_COLUMNS],
  ['lines.csv', LINES_COLUMNS],
  ['surplus.csv', SURPLUS_COLUMNS],
])('%s is no plan, and says which file asks for the rest', async (file, columns) => {
  const { faults } = await check(`${columns},city\n`, { defaultQuantity: 5 });
  const rest = 'The remainder.csv of that plan asks for the rest.';
  expect(faults).toMatchObject([{ message: `This is the ${file} of a plan. ${rest}` }]);
});

test('remainder.csv is a plan, and so is one with a few of the same names', async () => {
  const own = 'order,line,area_code,type,quantity\n1,2,212,local,5\n';
  for (const content of [`${COLUMN_NAMES},plan_order,plan_line\n212,5\n`, own])
    expect(await linesOf(await planFile(content))).toMatchObject([
      { areaCode: '212', quantity: 5 },
    ]);
});
