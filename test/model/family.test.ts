import { describe, expect, test } from 'vitest';
import { exploreOrders } from './model.ts';
import {
  ALL_DEFENCES,
  ALL_FAULTS,
  ALL_OF_FAMILIES,
  type Defence,
  type Fault,
  rulesOf,
} from './rules.ts';

const GOES_BACK: Fault[] = ['commitsLost', 'olderLedger', 'powerCut', 'witnessForgets'];
const WHOLE = ALL_FAULTS.filter((fault) => !GOES_BACK.includes(fault));
const ALL = [...ALL_DEFENCES, ...ALL_OF_FAMILIES];

describe.each(['elsewhere', 'again'] as const)('an order and its successor, %s', (family) => {
  const explore = (faults: Fault[], defences: Defence[]) =>
    exploreOrders(2, rulesOf(faults, defences, { family }));

  test('buy together no more than the order asks for, while the ledger is whole', () => {
    const { trace, states } = explore(WHOLE, ALL_DEFENCES);
    expect(trace).toBeNull();
    expect(states).toBeGreaterThan(2_000);
  });

  test('need that the successor waits for proof', () => {
    const without = ALL_DEFENCES.filter((one) => one !== 'provenFirst');
    expect(explore(WHOLE, without).trace?.at(-1)).toBe('ASKED TOO EARLY');
  });

  /** What is needed when the ledger goes back, each with the shortest way to show it. */
  const gaps: { lacks: Defence; by: RegExp }[] = [
    // The first order is sent again, although its successor has bought.
    {
      lacks: 'successorProves',
      by: /of order 1 is marked.*GOES BACK.*order 0 is claimed\n.*SOLD TWICE/s,
    },
    // The successor is made and claimed again, and given back unsent: its second attempt is new.
    {
      lacks: 'successorKept',
      by: /GOES BACK.*the successor is made\n.*too late to send.*SOLD TWICE/s,
    },
    // A late "no" to the first attempt, and the second one was sold.
    { lacks: 'shortDoubted', by: /GOES BACK.*"never" is recorded.*SOLD TWICE/s },
  ];

  test.each(gaps)('may buy twice without $lacks when the ledger goes back', ({ lacks, by }) => {
    const without = ALL.filter((one) => one !== lacks);
    expect(explore(['commitsLost', 'secondWorker'], without).trace?.join('\n')).toMatch(by);
  });
});

test('a family whose last commits are lost is safe with all of that, one request at a time', () => {
  const rules = rulesOf(['commitsLost'], ALL, { family: 'elsewhere', flights: 1 });
  const { trace, states } = exploreOrders(2, rules);
  expect(trace).toBeNull();
  expect(states).toBeGreaterThan(20_000);
});
