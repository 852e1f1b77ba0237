import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FaultName, openSandbox } from '../../src/sandbox/index.ts';
import type { Order } from '../../src/sandbox/order-parameters.ts';
import { readOwned } from '../../src/sandbox/owned-numbers.ts';
import { openSales } from '../../src/sandbox/sales.ts';
import { listed, numbersIn, order } from './asking.ts';

/** Few searches, so that orders meet in the same stock. */
const SEARCHES = ['212', '212555', '212556', '555', '555333', '907', '808'];
const LEVELS = fc.dictionary(
  fc.constantFrom(...SEARCHES, 'tollfree', 'true800'),
  fc.nat({ max: 90 }),
);
/** Some of them with refills. */
const STOCKS = fc.dictionary(
  fc.constantFrom(...SEARCHES, 'tollfree', 'true800'),
  fc.oneof(
    fc.nat({ max: 90 }),
    fc.record({
      level: fc.nat({ max: 30 }),
      refill: fc.record({
        everySeconds: fc.integer({ min: 1, max: 5 }),
        numbers: fc.integer({ min: 1, max: 30 }),
      }),
    }),
  ),
);
const OWNED = fc.uniqueArray(
  fc.integer({ min: 0, max: 200 }).map((i) => String(2125550000 + i * 49)),
  { maxLength: 60 },
);
const ORDER: fc.Arbitrary<Order> = fc
  .record({
    type: fc.constantFrom('local', 'canadian_local', 'tollfree', 'true800'),
    search: fc.constantFrom(...SEARCHES),
    quantity: fc.integer({ min: 0, max: 25 }),
    fillQuantity: fc.boolean(),
    cleansedOnly: fc.boolean(),
    smsSupported: fc.boolean(),
    distance: fc.constantFrom(0, 0, 5),
    allowOverlay: fc.boolean(),
  })
  .map((each) => {
    if (each.type === 'tollfree' || each.type === 'true800') each.search = each.type;
    return each as Order;
  });

const PREFIX: Record<string, RegExp> = {
  tollfree: /^(833|844|855|866|877|888)[01]\d{6}$/,
  true800: /^800[01]\d{6}$/,
};

/** Who asks for no exchange gets numbers that no vendor has: on an exchange 0XX or 1XX. */
function fits({ search, distance, allowOverlay }: Order, number: string): boolean {
  if (['5551112222', '5553334444', '5556667777'].includes(number)) return search === '555';
  if (PREFIX[search]) return PREFIX[search].test(number);
  const area = search.slice(0, 3);
  const isExchange = search.length === 6;
  const isMadeUp = /^[2-9]\d\d[01]\d{6}$/.test(number);
  return (
    (number.startsWith(search) && isExchange !== isMadeUp) ||
    (isMadeUp && isExchange && distance > 0 && number.startsWith(area)) ||
    (isMadeUp && isExchange && allowOverlay && number.startsWith(String(Number(area) + 1)))
  );
}

const ORDERS = fc.array(ORDER, { maxLength: 60 });

it('never sells a number twice, nor one that is owned, nor one that does not fit', () => {
  fc.assert(
    fc.property(fc.nat(), STOCKS, OWNED, ORDERS, (seed, levels, owned, orders) => {
      let now = 0;
      const sales = openSales(seed, readOwned(owned), () => now, levels);
      const gone = new Set(owned);
      for (const each of orders) {
        now += 1_000;
        const sale = sales.sell(each);
        if ('refusal' in sale) continue;
        expect(sale.numbers.length).toBeLessThanOrEqual(each.quantity);
        if (each.fillQuantity) expect(sale.numbers).toHaveLength(each.quantity);
        for (const number of sale.numbers.map(String)) {
          expect(gone.has(number)).toBe(false);
          expect(fits(each, number)).toBe(true);
          gone.add(number);
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('never sells more than there is in stock, owned numbers included', () => {
  fc.assert(
    fc.property(fc.nat(), LEVELS, OWNED, ORDERS, (seed, levels, owned, orders) => {
      const sales = openSales(seed, readOwned(owned), () => 0, levels);
      const sold: string[] = [];
      for (const each of orders) {
        const sale = sales.sell(each);
        if ('numbers' in sale) sold.push(...sale.numbers.map(String));
      }
      const count = (pattern: RegExp) => sold.filter((number) => pattern.test(number)).length;
      for (const [search, level] of Object.entries({ '907': 12, '808': 0, ...levels })) {
        // An area code also sells through its exchanges; an exchange also for its area code.
        if (search.length === 6) continue;
        const used = search === '212' ? owned.length : 0;
        const pattern = PREFIX[search] ?? new RegExp(`^${search}`);
        expect(count(pattern)).toBeLessThanOrEqual(Math.max(0, level - used));
      }
    }),
    { numRuns: 300 },
  );
});

it('lists exactly what the books say was sold, whatever the faults', async () => {
  const faults: FaultName[] = ['ok', 'cut_after', 'half_body', 'early_end', 'html', 'sold_twice'];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.tuple(fc.constantFrom(...faults), fc.constantFrom(...SEARCHES)), {
        maxLength: 25,
      }),
      async (seed, meetings) => {
        await using sandbox = await openSandbox({ seed });
        for (const [fault, search] of meetings) {
          sandbox.next(fault);
          const { body } = await order(sandbox, { search, quantity: 7 });
          const { sold } = sandbox.books().requests.at(-1)!;
          if (fault === 'ok') expect(numbersIn(body)).toEqual(sold);
        }
        const { requests, sold, soldTwice } = sandbox.books();
        const distinct = new Set(requests.flatMap((request) => request.sold));
        expect(new Set(await listed(sandbox))).toEqual(distinct);
        expect(sold - soldTwice).toBe(distinct.size);
      },
    ),
    { numRuns: 25 },
  );
});
