import { describe, expect, test } from 'vitest';
import {
  type Asker,
  judgeUnknowns,
  openByLine,
  type UnknownAttempt,
} from '../../src/evidence/index.ts';
import { ASKED, LIST_LAG_MS, listing, unknown } from './unknowns.ts';

/** What is open of these orders by a list with these new numbers; each is of the line of its id. */
function openOf(
  unknowns: UnknownAttempt[],
  numbers: string[],
  { earlier = [], askers = [] }: { earlier?: string[]; askers?: Asker[] } = {},
) {
  const verdicts = judgeUnknowns(unknowns, listing(numbers), LIST_LAG_MS);
  const open = verdicts.flatMap((verdict) => {
    const asked = unknowns.find(({ order }) => order === verdict.order)!;
    return verdict.finding === 'open'
      ? [{ ...asked, account: 1, line: verdict.order % 10, numbers: verdict.numbers, earlier }]
      : [];
  });
  return openByLine(open, askers).map(({ orders, ...line }) => ({
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

  test('is no number that was on the list before the order was sent, nor one of others', () => {
    const few = [unknown(), unknown({ order: 2, areaCode: '415' })];
    const numbers = ['2125550100', '2125550101', '4155550102', '6465550103', '9175550104'];
    const askers = [{ ...ASKED, account: 1, areaCode: '646' }];
    const all = openOf(few, numbers, { earlier: ['2125550100'], askers });
    expect(all).toEqual([
      {
        ...{ plan: 1, line: 1, others: ['9175550104'], orders: [1] },
        candidates: [{ number: '2125550101', orders: [1] }],
      },
      {
        ...{ plan: 1, line: 2, others: ['9175550104'], orders: [2] },
        candidates: [{ number: '4155550102', orders: [2] }],
      },
    ]);
  });

  test('is nothing where the list can tell', () => {
    expect(openOf([unknown()], ['2125550100'])).toEqual([]);
  });
});
