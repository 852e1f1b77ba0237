import { describe, expect, test } from 'vitest';
import { judgeUnknowns, openByLine, type UnknownAttempt } from '../../src/evidence/index.ts';
import { LIST_LAG_MS, listing, unknown } from './unknowns.ts';

/** What is open of these orders by a list with these new numbers; each is of the line of its id. */
function openOf(unknowns: UnknownAttempt[], numbers: string[]) {
  const verdicts = judgeUnknowns(unknowns, listing(numbers), LIST_LAG_MS);
  const open = verdicts.flatMap((verdict) => {
    const asked = unknowns.find(({ order }) => order === verdict.order)!;
    return verdict.finding === 'open'
      ? [{ ...asked, line: verdict.order % 10, numbers: verdict.numbers }]
      : [];
  });
  return openByLine(open).map(({ orders, ...line }) => ({
    ...line,
    orders: orders.map(({ order }) => order),
  }));
}

describe('what the list cannot tell', () => {
  test('is by line, with the orders of other lines that could have bought the same', () => {
    const roaming = unknown({ order: 2, allowOverlay: true });
    expect(openOf([unknown(), roaming], ['2125550100', '3325550101'])).toEqual([
      {
        ...{ plan: 1, line: 1, others: [], orders: [1, 2] },
        candidates: [{ number: '2125550100', orders: [1, 2] }],
      },
      {
        ...{ plan: 1, line: 2, others: [], orders: [1, 2] },
        candidates: [
          { number: '2125550100', orders: [1, 2] },
          { number: '3325550101', orders: [2] },
        ],
      },
    ]);
  });

  test('has the orders of a line together, and apart what none of them asked for', () => {
    const alike = [1, 11].map((order) => unknown({ order, lacking: 1 }));
    const numbers = ['2125550100', '2125550101', '2125550102', '4155550103'];
    expect(openOf(alike, numbers)).toEqual([
      {
        ...{ plan: 1, line: 1, others: ['4155550103'], orders: [1, 11] },
        candidates: numbers.slice(0, 3).map((number) => ({ number, orders: [1, 11] })),
      },
    ]);
  });

  test('is nothing where the list can tell', () => {
    expect(openOf([unknown()], ['2125550100'])).toEqual([]);
  });
});
