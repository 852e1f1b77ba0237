import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { History, LIST_LAG_MS, ORDERS, type Step } from './history.ts';
import type { Lie } from './vendor-sales.ts';

const RUNS = 1_000;

type Scene = { lies: Lie[]; isQuiet: boolean };

/** Rounds: orders are sent, other things happen, time passes, and a list is judged. */
function stepsOf({ lies, isQuiet }: Scene): fc.Arbitrary<Step[]> {
  const step = <Kind extends Step['do']>(kind: Kind) => fc.constant(kind);
  const order = fc.nat(ORDERS - 1);
  const list = { lie: fc.constantFrom(...lies), lag: fc.nat(LIST_LAG_MS - 1) };
  const where = fc.constantFrom('asked' as const, 'asked' as const, 'elsewhere' as const);
  const send = fc.record({
    ...{ do: step('send'), order, sells: fc.nat(6), ends: fc.boolean() },
    where: isQuiet ? fc.constant('asked' as const) : where,
  });
  const end = fc.record({ do: fc.constantFrom('answer' as const, 'expire' as const), order });
  const wait = fc.record({
    ...{ do: step('wait'), ms: fc.constantFrom(0, LIST_LAG_MS - 1, LIST_LAG_MS, 200) },
  });
  const keep = fc.record({ do: step('list'), ...list });
  const accept = fc.record({ do: step('accept'), order });
  const stranger = fc.record({ do: step('stranger'), line: fc.nat(4), buys: fc.nat(4) });
  const release = fc.record({ do: step('release'), place: fc.nat(200) });
  const noise = fc.oneof(end, end, keep, wait, accept, ...(isQuiet ? [] : [stranger, release]));
  const apply = fc.oneof(
    fc.constant(Array.from({ length: ORDERS }, (_, n) => n)),
    fc.uniqueArray(fc.nat(ORDERS - 1), { maxLength: ORDERS }),
  );
  const judge = fc.record({ do: step('judge'), ...list, apply });
  const some = (what: fc.Arbitrary<Step>, maxLength: number) => fc.array(what, { maxLength });
  const sends = some(fc.oneof({ weight: 4, arbitrary: send }, { weight: 1, arbitrary: wait }), 8);
  const round = fc.tuple(sends, some(noise, 4), wait, judge);
  const rounds = fc.array(round, { minLength: 1, maxLength: 5, size: 'max' });
  return rounds.map((all) =>
    all.flatMap(([sent, others, ...rest]) => [...sent, ...others, ...rest]),
  );
}

/** Mostly near the size at which lists are cut off. */
const ownedBefore = fc.oneof(fc.nat(130), fc.integer({ min: 85, max: 100 }));

const BASELINE: Step = { do: 'list', lie: 'honest', lag: 0 };

function play(owned: number, steps: Step[]): History {
  const history = new History(owned);
  for (const step of [BASELINE, ...steps]) history.run(step);
  return history;
}

/** Two orders buy on an empty account, and the list lacks what the first one bought. */
const NOTHING_KNOWN_BEFORE: [number, Step[]] = [
  0,
  [
    { do: 'send', order: 0, sells: 1, ends: true, where: 'asked' },
    { do: 'send', order: 6, sells: 1, ends: true, where: 'asked' },
    { do: 'wait', ms: LIST_LAG_MS },
    { do: 'judge', lie: 'shrunk', lag: 0, apply: [0, 1] },
  ],
];

/** Sends the waiting orders and sells them in full: only then a wrong "nothing" shows. */
function sellTheRest(history: History): void {
  for (let order = 0; order < ORDERS; order++) {
    history.run({ do: 'send', order, sells: 5, where: 'asked', ends: true });
  }
}

const LIES: Lie[] = ['reordered', 'empty', 'shrunk', 'capped', 'capped to the newest', 'stale'];

describe('no line is sold more than it asks for, and no number goes to another line,', () => {
  test.each<[string, Scene]>([
    ['on a quiet account with an honest list that lags', { lies: ['honest'], isQuiet: true }],
    ['with lists that lie', { lies: ['honest', 'honest', ...LIES], isQuiet: true }],
    ...LIES.map((lie): [string, Scene] => [
      `with a list that is ${lie}`,
      { lies: ['honest', lie], isQuiet: true },
    ]),
    [
      'with strangers, wrong area codes, releases and lists that lie',
      { lies: ['honest', 'honest', ...LIES], isQuiet: false },
    ],
    ['with strangers, wrong area codes and releases', { lies: ['honest'], isQuiet: false }],
  ])('%s', (_title, scene) => {
    fc.assert(
      fc.property(ownedBefore, stepsOf(scene), (owned, steps) => {
        const history = play(owned, steps);
        sellTheRest(history);
        expect([...history.soldTooMuch(), ...history.wrong]).toEqual([]);
      }),
      { numRuns: RUNS, examples: [NOTHING_KNOWN_BEFORE] },
    );
  });
});

test('on a quiet account with an honest list every number gets to its line', () => {
  // A list without a number that was known before is not believed to be whole.
  const ownedSome = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(ownedSome, stepsOf({ lies: ['honest'], isQuiet: true }), (owned, steps) => {
      const history = play(owned, steps);
      for (let order = 0; order < ORDERS; order++) history.run({ do: 'expire', order });
      history.run({ do: 'wait', ms: 200 });
      const apply = Array.from({ length: ORDERS }, (_, n) => n);
      // Settling an order may clear the numbers of another line.
      for (let n = 0; n < 5; n++) history.run({ do: 'judge', lie: 'honest', lag: 0, apply });
      expect(history.lost()).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
