import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { History, type Lie, SETTLING_MS, type Step } from './history.ts';

const order = fc.nat(14);
const lag = fc.nat(SETTLING_MS - 1);
const apply = fc.uniqueArray(fc.nat(14), { maxLength: 15 });
const where = fc.constantFrom('asked' as const, 'asked' as const, 'elsewhere' as const);

const stepsWith = (lies: Lie[], { strangers }: { strangers: boolean }) => {
  const lie = fc.constantFrom(...lies);
  const common: fc.Arbitrary<Step>[] = [
    fc.record({
      ...{ do: fc.constant('send' as const), order, sells: fc.nat(7), ends: fc.boolean() },
      where: strangers ? where : fc.constant('asked' as const),
    }),
    fc.record({ do: fc.constantFrom('answer' as const, 'expire' as const), order }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3 * SETTLING_MS) }),
    fc.record({ do: fc.constant('list' as const), lie, lag }),
    fc.record({ do: fc.constant('judge' as const), lie, lag, apply }),
    fc.record({ do: fc.constant('accept' as const), order }),
  ];
  const others: fc.Arbitrary<Step>[] = [
    fc.record({ do: fc.constant('stranger' as const), line: fc.nat(4), buys: fc.nat(4) }),
    fc.record({ do: fc.constant('release' as const), place: fc.nat(200) }),
  ];
  return fc.array(fc.oneof(...common, ...(strangers ? others : [])), {
    ...{ minLength: 5, maxLength: 60, size: 'max' as const },
  });
};

/** What waits is sent and sold in full: only then a wrong "nothing" shows. */
function sellTheRest(history: History): void {
  for (const place of history.orders.keys()) {
    history.run({ do: 'send', order: place, sells: 5, where: 'asked', ends: true });
  }
}

const EVERY_LIE: Lie[] = [
  ...(['honest', 'honest', 'honest', 'reordered', 'empty', 'shrunk'] as const),
  ...(['capped', 'capped to the newest', 'stale'] as const),
];

test('with strangers, releases, lags and lists that lie no line gets more than it asks for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 130 }),
      stepsWith(EVERY_LIE, { strangers: true }),
      (n, steps) => {
        const history = new History(n);
        for (const step of [{ do: 'list', lie: 'honest', lag: 0 } as const, ...steps])
          history.run(step);
        sellTheRest(history);
        expect(history.soldTooMuch()).toEqual([]);
        expect(history.wrong).toEqual([]);
      },
    ),
    { numRuns: 3_000 },
  );
});
