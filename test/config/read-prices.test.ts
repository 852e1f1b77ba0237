import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readPrices } from '../../src/config/read-prices.ts';
import { NUMBER_TYPES } from '../../src/plan/index.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';

const usd = (more: object) => readPrices({ currency: 'USD', types: {}, ...more });
const local = (once: unknown, monthly: unknown = '0') =>
  usd({ types: { local: { once, monthly } } });

test('a list has the prices of its types and of a slot, with all digits of the currency', () => {
  expect(pricesOf()).toEqual({
    hash: expect.stringMatching(/^[0-9a-f]{12}$/),
    currency: 'USD',
    types: { ...PRICES_FILE.types, true800: { once: '25.00', monthly: '5.00' } },
    slot: PRICES_FILE.slot,
  });
});

test.each([
  ['USD', '0.50', '0.50'],
  ['USD', '0.0035', '0.0035'],
  ['USD', '0.500000', '0.50'],
  ['JPY', '50', '50'],
  ['JPY', '0.000001', '0.000001'],
  ['KWD', '0.5', '0.500'],
  ['HUF', '1.50', '1.50'],
  ['IQD', '1', '1.000'],
])('in %s, %s is written as %s', (currency, once, written) => {
  const types = { local: { once, monthly: '0' } };
  expect(readPrices({ currency, types })).toMatchObject({ types: { local: { once: written } } });
});

test('a list has the hash that stored lists of the same prices have', () => {
  expect(pricesOf().hash).toBe('91f939526c67');
});

test('what is left out has no price, and what is "0" is free', () => {
  expect(local('0')).toMatchObject({
    types: { local: { once: '0.00', monthly: '0.00' } },
    slot: null,
  });
  expect(usd({})).toMatchObject({ types: {}, slot: null });
});

test('the hash says which prices they are, however the file writes them', () => {
  const { types, ...rest } = PRICES_FILE;
  const turned = Object.fromEntries(Object.entries(types).reverse());
  const more = { ...types, true800: { monthly: '5.00', once: '25.00' } };
  const other = { ...types, local: { once: '0.50', monthly: '1.00' } };
  expect(pricesOf({ types: turned, ...rest }).hash).toBe(pricesOf().hash);
  expect(pricesOf({ ...rest, types: more }).hash).toBe(pricesOf().hash);
  expect(pricesOf({ ...rest, types: other }).hash).not.toBe(pricesOf().hash);
  expect(pricesOf({ ...PRICES_FILE, slot: null }).hash).not.toBe(pricesOf().hash);
  expect(pricesOf({ ...PRICES_FILE, currency: 'CAD' }).hash).not.toBe(pricesOf().hash);
});

test('the example has a price for everything', () => {
  const example = new URL('../../examples/prices.json', import.meta.url);
  const { types, slot } = pricesOf(JSON.parse(readFileSync(example, 'utf8')));
  expect(Object.keys(types).sort()).toEqual(NUMBER_TYPES.toSorted());
  expect(slot).not.toBeNull();
});

const SUCH =
  'must be a text from "0" to "10000000.00", such as "0.50", ' +
  'with at most 6 digits after the point';

describe('a fault is', () => {
  test.each<[string, unknown, string]>([
    ['no object', 7, 'must name its currency by a code of ISO 4217, such as {"currency": "USD"'],
    ['no currency', readPrices({ types: {} }), 'must name its currency by a code of ISO 4217'],
    ['a currency that is none', readPrices({ currency: 'BTC', types: {} }), 'must name its'],
    ['no types', readPrices({ currency: 'USD' }), 'has a fault: types must be an object of types'],
    [
      'another type',
      usd({ types: { free: { once: '1', monthly: '1' } } }),
      'has a fault: types has a property that is none of local',
    ],
    ['another field', usd({ slots: null }), 'has a property that is none of currency, types, slot'],
    [
      'a price without its monthly part',
      usd({ types: { local: { once: '1' } } }),
      `has a fault: types.local.monthly ${SUCH}`,
    ],
    ['a price that is a number', local(1), `has a fault: types.local.once ${SUCH}`],
    ['a price below nothing', local('-1'), `types.local.once is "-1", and ${SUCH}`],
    ['a digit too many', local('0.0000005'), `types.local.once is "0.0000005", and ${SUCH}`],
    ['a decimal comma', local('0,50'), `types.local.once is "0,50", and ${SUCH}`],
    ['an exponent', local('1e3'), `types.local.once is "1e3", and ${SUCH}`],
    ['a price that is too high', local('10000000.000001'), `is "10000000.000001", and ${SUCH}`],
    [
      'a slot that is a price',
      usd({ slot: '1.00' }),
      'has a fault: slot must be an object with once and monthly, such as {"once": "1"',
    ],
  ])('%s', (_, read, says) => {
    const { faults } = (typeof read === 'number' ? readPrices(read) : read) as { faults: string[] };
    expect(faults).toEqual([expect.stringContaining(says)]);
  });
});
