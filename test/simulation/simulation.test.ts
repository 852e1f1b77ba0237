import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../support/clean-up.ts';
import { type Database, openDatabase } from './database.ts';
import { play } from './run.ts';
import { seedOf, soak } from './soak.ts';
import type { Weakness } from './worker.ts';

/** The same runs each time: chance must not decide whether the suite is green. */
const SEED = 1;
const RUNS = 15;

describe('the real code in a simulated world', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase();
    atEnd(() => database.close());
  });

  test('buys nothing twice, breaks no law and comes to rest, whatever goes wrong', async () => {
    let run = 0;
    const { broken, runs } = await soak(database, {
      seed: SEED,
      next: () => (run < RUNS ? run++ : undefined),
    });
    expect(broken).toEqual([]);
    expect(runs).toBe(RUNS);
  });

  test('the same seed gives the same run, whatever was played before', async () => {
    const first = await play(database, seedOf(SEED, 3));
    await play(database, seedOf(SEED, 4));
    const again = await play(database, seedOf(SEED, 3));
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(again.trace).toEqual(first.trace);
  });

  test.each<[string, Weakness]>([
    ['nothing remembers what was sent', 'forgets'],
    ["the vendor's list is believed at once", 'hasty'],
  ])('buys twice when %s', async (_what, weakness) => {
    for (let run = 0; run < 200; run++) {
      const { breaches } = await play(database, seedOf(SEED, run), weakness);
      if (breaches.some((breach) => breach.startsWith('bought twice'))) return;
    }
    expect.fail('nothing was bought twice in 200 runs');
  });
});
