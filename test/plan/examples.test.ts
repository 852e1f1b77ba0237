import { expect, test } from 'vitest';
import { checkPlan } from '../../src/plan/index.ts';
import { linesOf } from './plan-file.ts';

const example = (name: string): string =>
  new URL(`../../examples/${name}`, import.meta.url).pathname;

test('the first plan to try is good, and has something of everything', async () => {
  const check = await checkPlan(example('first-plan.csv'));
  expect(check).toMatchObject({ lines: 14, orders: 19, numbers: 300, slots: 0 });
  expect(check).toMatchObject({ faultCount: 0, warningCount: 0, extraColumns: ['city', 'note'] });
  expect(Object.values(check.types).every(({ lines }) => lines > 0)).toBe(true);
  const lines = await linesOf(example('first-plan.csv'));
  const codes = lines.map(({ areaCode, quantity }) => `${areaCode}:${quantity}`);
  expect(codes).toEqual(expect.arrayContaining(['907:20', '808:10', '312555:25', 'null:30']));
  expect(lines.filter((line) => line.fillQuantity && line.quantity <= 25)).toHaveLength(1);
  expect(lines.filter((line) => line.smsSupported)).toHaveLength(1);
  expect(lines.filter((line) => line.allowOverlay)).toHaveLength(1);
});

test("the seed is the vendor's own example", async () => {
  expect(await linesOf(example('seed.csv'))).toMatchObject([
    { areaCode: '555', type: 'local', quantity: 3, fillQuantity: true },
  ]);
});
