import { describe, expect, test } from 'vitest';
import {
  costOf,
  moneyWords,
  mostOf,
  sumWords,
  unpricedWords,
  usualOf,
} from '../../src/prices/index.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';

const PRICES = pricesOf();
const NONE = { local: 0, tollfree: 0, true800: 0, canadian_local: 0 };

type Wishes = Partial<{
  numbers: Partial<typeof NONE>;
  slots: number;
  mayBeTollfree: Partial<typeof NONE>;
  firm: { [areaCode: string]: { local?: number; canadian_local?: number; slots?: number } };
}>;

function wanted({ numbers = {}, slots = 0, mayBeTollfree = {}, firm = {} }: Wishes) {
  const sum = (type: keyof typeof NONE) => ({ numbers: numbers[type] ?? 0 });
  return {
    types: {
      local: sum('local'),
      tollfree: sum('tollfree'),
      true800: sum('true800'),
      canadian_local: sum('canadian_local'),
    },
    slots,
    mayBeTollfree: { ...NONE, ...mayBeTollfree },
    areaCodes: Object.entries(firm).map(([areaCode, some]) => ({
      areaCode,
      firm: { local: 0, canadian_local: 0, slots: 0, ...some },
    })),
  };
}

describe('what numbers and slots cost', () => {
  test('is the sum of each by its price, exactly', () => {
    const numbers = { local: 3, tollfree: 2, true800: 1, canadian_local: 10 };
    expect(costOf(PRICES, { numbers, slots: 7 })).toEqual({
      once: '43.21',
      monthly: '17.40',
      unpriced: [],
    });
  });

  test('is exact for a plan of the largest size at the highest price', () => {
    const price = { once: '10000000.00', monthly: '9999999.999999' };
    const prices = pricesOf({ currency: 'USD', types: { local: price }, slot: price });
    const goods = { numbers: { ...NONE, local: 50_000_000 }, slots: 50_000_000 };
    expect(costOf(prices, goods)).toMatchObject({
      once: '1000000000000000.00',
      monthly: '999999999999900.00',
    });
  });

  test('is exact below a cent, with the digits of the currency at least', () => {
    const price = { once: '0.0035', monthly: '0.005' };
    const prices = pricesOf({ currency: 'USD', types: { local: price } });
    const cost = (local: number) => costOf(prices, { numbers: { ...NONE, local }, slots: 0 });
    expect(cost(3)).toMatchObject({ once: '0.0105', monthly: '0.015' });
    expect(cost(1000)).toMatchObject({ once: '3.50', monthly: '5.00' });
  });

  test.each([
    ['HUF', '1', '2.00'],
    ['IQD', '7', '14.000'],
    ['DEM', '0.5', '1.00'],
    ['CLF', '0.0005', '0.001'],
  ])('is read from a list in %s that was stored with other digits', (currency, once, sum) => {
    const types = { local: { once, monthly: '0' } };
    const stored = { hash: '0123456789ab', currency, types, slot: null };
    const goods = { numbers: { ...NONE, local: 2 }, slots: 0 };
    expect(costOf(stored, goods)).toMatchObject({ once: sum, unpriced: [] });
  });

  test('is no sum as soon as some of it has no price', () => {
    const { true800, tollfree, ...types } = PRICES_FILE.types;
    const prices = pricesOf({ currency: 'USD', types });
    const some = { ...NONE, local: 5 };
    expect(costOf(prices, { numbers: some, slots: 0 })).toMatchObject({ once: '5.00' });
    const more = { ...some, tollfree: 1200, true800: 1 };
    const cost = costOf(prices, { numbers: more, slots: 3 });
    expect(cost).toEqual({
      once: null,
      monthly: null,
      unpriced: [
        { what: 'tollfree', count: 1200 },
        { what: 'true800', count: 1 },
        { what: 'slot', count: 3 },
      ],
    });
    expect(sumWords(cost, 'USD')).toBeNull();
    expect(unpricedWords(cost)).toBe(
      '1,200 numbers of the type tollfree, 1 number of the type true800 and 3 slots ' +
        'have no price',
    );
  });
});

describe('the most that a plan may cost', () => {
  test('counts what may be toll-free as the dearer one', () => {
    const plan = wanted({ numbers: { local: 100 }, mayBeTollfree: { local: 30 }, slots: 10 });
    expect(mostOf(PRICES, plan)).toEqual({ once: '130.30', monthly: '74.50', unpriced: [] });
  });

  test('takes the dearer one for once and monthly apart, and never less than the own', () => {
    const types = {
      local: { once: '3.00', monthly: '0.50' },
      tollfree: { once: '2.00', monthly: '1.25' },
    };
    const plan = wanted({ numbers: { local: 100 }, mayBeTollfree: { local: 30 } });
    expect(mostOf(pricesOf({ currency: 'USD', types }), plan)).toMatchObject({
      once: '300.00',
      monthly: '72.50',
    });
  });

  test('is not known where only the fallback has no price', () => {
    const { local } = PRICES_FILE.types;
    const plan = wanted({ numbers: { local: 100 }, mayBeTollfree: { local: 30 } });
    expect(mostOf(pricesOf({ currency: 'USD', types: { local } }), plan)).toEqual({
      once: null,
      monthly: null,
      unpriced: [{ what: 'tollfree', count: 30 }],
    });
  });
});

describe('what earlier plans suggest', () => {
  const plan = wanted({
    numbers: { local: 100, canadian_local: 20, tollfree: 5 },
    slots: 10,
    firm: {
      212: { local: 40, slots: 10 },
      416: { canadian_local: 20 },
      907: { local: 20 },
    },
  });

  test('is nothing without an earlier plan', () => {
    expect(usualOf(PRICES, plan, [])).toBeNull();
  });

  test('takes off what was lacking in each area code, and nothing elsewhere', () => {
    const earlier = [
      { areaCode: '212', asked: 10, bought: 5 },
      { areaCode: '416', asked: 3, bought: 0 },
      { areaCode: '907', asked: 8, bought: 9 },
    ];
    // 80 local, 5 toll-free, 5 slots.
    expect(usualOf(PRICES, plan, earlier)).toMatchObject({ once: '90.15', monthly: '47.25' });
  });

  test('is all of it where earlier plans got all', () => {
    const earlier = [{ areaCode: '212', asked: 10, bought: 10 }];
    const all = { numbers: { ...NONE, local: 100, canadian_local: 20, tollfree: 5 }, slots: 10 };
    expect(usualOf(PRICES, plan, earlier)).toEqual(costOf(PRICES, all));
  });
});

test.each([
  ['0.00', '0.00 USD'],
  ['999.99', '999.99 USD'],
  ['1234.50', '1,234.50 USD'],
  ['1234567', '1,234,567 USD'],
])('%s is said as %s', (amount, words) => {
  expect(moneyWords(amount, 'USD')).toBe(words);
});

test('a sum is said with once and monthly', () => {
  const cost = { once: '1234.50', monthly: '617.25', unpriced: [] };
  expect(sumWords(cost, 'EUR')).toBe('1,234.50 EUR once and 617.25 EUR a month');
});
