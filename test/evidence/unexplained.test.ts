import { describe, expect, test } from 'vitest';
import { type Suspect, unexplained } from '../../src/evidence/index.ts';
import { ASKED } from './unknowns.ts';

const waiting = (order: number, overrides: Partial<Suspect> = {}): Suspect => ({
  ...ASKED,
  order,
  quantity: 10,
  later: [],
  ...overrides,
});
const inDoubt = (lacking: number, overrides: Partial<Suspect> = {}) => ({
  ...waiting(0, overrides),
  lacking,
});
const strays = (code: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${code}${String(1_000_000 + i).slice(code.length - 3)}`);

describe('numbers that a ledger does not know', () => {
  test('make suspects of as many waiting orders as have room for them, by rising id', () => {
    const found = unexplained({
      strays: strays('212', 11),
      inDoubt: [],
      waiting: [1, 2, 3].map((order) => waiting(order)),
    });
    expect(found).toMatchObject({ numbers: strays('212', 11), orders: [1, 2] });
  });

  test('make no suspect of an order that they do not fit', () => {
    const others = [
      waiting(1, { areaCode: '415' }),
      waiting(2, { type: 'tollfree', areaCode: null }),
    ];
    const found = unexplained({ strays: strays('212', 5), inDoubt: [], waiting: others });
    expect(found).toMatchObject({ numbers: [], orders: [] });
  });

  test('are explained by unknown orders that ask for the same, as far as these lack', () => {
    const found = (n: number) =>
      unexplained({ strays: strays('212', n), inDoubt: [inDoubt(10)], waiting: [waiting(1)] });
    expect(found(10)).toMatchObject({ numbers: [], orders: [] });
    expect(found(12)).toMatchObject({ numbers: strays('212', 12).slice(10), orders: [1] });
  });

  test('are not explained by an unknown order if a waiting one asks for something else', () => {
    const other = inDoubt(10, { plan: 2 });
    const given = { strays: strays('212', 5), inDoubt: [other], waiting: [waiting(1)] };
    expect(unexplained(given)).toMatchObject({ numbers: strays('212', 5), orders: [1] });
  });

  test('are explained first where no waiting order explains them', () => {
    // The unknown order has room for five of the ten.
    const roaming = { distance: 20, areaCode: '212555' };
    const found = unexplained({
      strays: [...strays('914', 5), ...strays('212555', 5)],
      inDoubt: [inDoubt(5, roaming)],
      waiting: [waiting(1, { areaCode: '212555' })],
    });
    expect(found).toMatchObject({ numbers: strays('212555', 5), orders: [1] });
  });

  test('make suspects in every line that could have bought them', () => {
    const found = unexplained({
      strays: strays('212555', 3),
      inDoubt: [],
      waiting: [waiting(1), waiting(2, { areaCode: '212555' }), waiting(3)],
    });
    expect(found.orders).toEqual([1, 2]);
  });

  test('move among unknown orders so that as many as possible are explained', () => {
    // The 888 needs the room that the 800 can leave.
    const free = { type: 'tollfree', areaCode: null } as const;
    const found = unexplained({
      strays: ['8005550001', '8885550001', '2125550001'],
      inDoubt: [inDoubt(1, free), inDoubt(1, { type: 'true800', areaCode: null })],
      waiting: [waiting(1)],
    });
    expect(found).toMatchObject({ numbers: ['2125550001'], orders: [1] });
  });

  test('are reported when they fit no order at all', () => {
    const found = unexplained({
      strays: [...strays('646', 2), ...strays('212', 1)],
      inDoubt: [inDoubt(1, { areaCode: '415' })],
      waiting: [waiting(1)],
    });
    expect(found.others).toEqual(strays('646', 2));
  });
});
