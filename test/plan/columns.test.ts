import { expect, test } from 'vitest';
import { COLUMNS } from '../../src/plan/index.ts';

test('rows are told apart by a number that is exact, whatever their options', () => {
  const values = COLUMNS.map(({ values = 1 }) => values).filter(Number.isFinite);
  const options = values.reduce((product, each) => product * each, 1);
  const areaCodes = 1_000_000;
  expect(options * areaCodes * 4).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
});
