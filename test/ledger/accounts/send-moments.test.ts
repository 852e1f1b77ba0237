import { beforeAll, expect, test } from 'vitest';
import {
  changeAccount,
  HORIZON_MS,
  type LateUse,
  type Ledger,
  type Moments,
  noteLate,
  takeMoments,
} from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';
import { newAccount } from '../../support/plans.ts';
import { describeInModes, EMBEDDED, openLedger, POSTGRES } from '../../support/storage.ts';
import { until } from '../../support/until.ts';

describeInModes([EMBEDDED, POSTGRES], 'moments to send at', ({ makeStorage }) => {
  let ledger: Ledger;
  /** A machine that stands still for a quarter of a second lets a moment go by. */
  const WHEN_IT_STANDS_STILL = { retry: 9 };
  beforeAll(async () => {
    ledger = await openLedger(await makeStorage());
  });
  /** As if all moments of before had been as far from now, in SQL. */
  const setAll = (id: number, distance: string) =>
    sql(
      ledger,
      `update ledger.moments set last = clock_timestamp() + interval '${distance}',
         free = array(select clock_timestamp() + interval '${distance}' from unnest(free))
       where account_id = $1`,
      [id],
    );

  /** The next moments, however long they take. */
  const takeMany = async (id: number, wanted: number) => {
    const given: Moments['given'] = [];
    const isEnough = async () => {
      given.push(...(await takeMoments(ledger, id, wanted - given.length)).given);
      return given.length === wanted;
    };
    await until(isEnough, { what: 'all moments are given' });
    return given;
  };
  /** The place of each moment, and how long after `from` it is, ms. */
  const placed = (given: Moments['given'], from: number) =>
    given.map(({ place, at }) => [place, Math.round(at - from)]);
  const distances = (given: Moments['given']) =>
    given.slice(1).map(({ at }, index) => Math.round(at - given[index]!.at));

  test('lie 1/rate apart, over all takings', async () => {
    const { id } = await newAccount(ledger, 50);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeMoments(ledger, id, 3)));
    const all = taken.flatMap(({ given }) => given).sort((a, b) => a.at - b.at);
    expect(all).toHaveLength(24);
    expect(new Set(all.map(({ place }) => place)).size).toBe(24);
    for (const distance of distances(all)) expect(distance).toBeGreaterThanOrEqual(20);
  });

  test('are given only as far ahead as a change of pace may take to hold', async () => {
    const { id } = await newAccount(ledger, 100);
    const { given, now, gap, next } = await takeMoments(ledger, id, 1_000);
    expect(gap).toBe(10);
    expect(given.at(-1)!.at - now).toBeLessThanOrEqual(HORIZON_MS);
    expect(next - now).toBeGreaterThan(HORIZON_MS);
    expect((await takeMoments(ledger, id, 1)).given.length).toBeLessThanOrEqual(1);
  });

  test('of an account that has rested begin at once, but not with several', async () => {
    const { id } = await newAccount(ledger, 4);
    await takeMoments(ledger, id, 10);
    await setAll(id, '-1 hour');
    const { given, now } = await takeMoments(ledger, id, 10);
    expect(given[0]!.at - now).toBeCloseTo(10, 0);
    expect(distances(given)).toEqual([250]);
  });

  test('follow a change of pace from the last one on', async () => {
    const account = await newAccount(ledger, 0.01);
    const [before] = (await takeMoments(ledger, account.id, 1)).given;
    expect(await takeMoments(ledger, account.id, 1)).toMatchObject({ given: [], rate: 0.01 });
    await changeAccount(ledger, account.name, { rate: 10 }, { who: 'somebody' });
    const after = await takeMoments(ledger, account.id, 1);
    expect(after).toMatchObject({ given: [{ place: 2 }], rate: 10 });
    expect(after.given[0]!.at - before!.at).toBeGreaterThanOrEqual(99.9);
  });

  test('of a pace that was lowered wait for the places that were used last', async () => {
    const account = await newAccount(ledger, 10);
    const before = await takeMoments(ledger, account.id, 4);
    await changeAccount(ledger, account.name, { rate: 2 }, { who: 'somebody' });
    const after = await takeMany(account.id, 2);
    // Two of the four are free no sooner than a second later.
    expect(after[0]!.at - before.given[2]!.at).toBeGreaterThanOrEqual(1_000);
  });

  test('of one place lie a little more than a second apart', WHEN_IT_STANDS_STILL, async () => {
    const { id } = await newAccount(ledger, 4);
    const given = await takeMany(id, 12);
    expect(given.map(({ place }) => place)).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect(distances(given)).toEqual([250, 250, 250, 258, 250, 250, 250, 258, 250, 250, 250]);
  });

  test(
    'of a fractional pace are of as many places as it begins',
    WHEN_IT_STANDS_STILL,
    async () => {
      const { id } = await newAccount(ledger, 2.5);
      const given = await takeMany(id, 6);
      expect(given.map(({ place }) => place)).toEqual([1, 2, 3, 1, 2, 3]);
      expect(distances(given)).toEqual([400, 400, 408, 400, 400]);
    },
  );

  test('of a pace that was raised to one per second do not wait for the old one', async () => {
    const account = await newAccount(ledger, 0.01);
    await takeMany(account.id, 1);
    await changeAccount(ledger, account.name, { rate: 1 }, { who: 'somebody' });
    expect(await takeMany(account.id, 2)).toHaveLength(2);
  });

  test(
    'come later where their place was used late, and the others do not',
    WHEN_IT_STANDS_STILL,
    async () => {
      const { id } = await newAccount(ledger, 4);
      const [first, second] = await takeMany(id, 2);
      const late = ({ place, at }: LateUse, ms: number) => ({ place, at: at + ms });
      await noteLate(ledger, id, [late(first!, 40), late(second!, 19)]);
      // What was said before is still known.
      await noteLate(ledger, id, [late(second!, 12)]);
      const nextSecond = [1_044, 1_273, 1_508, 1_758].map((ms, index) => [index + 1, ms]);
      expect(placed(await takeMany(id, 6), first!.at)).toEqual([[3, 500], [4, 750], ...nextSecond]);
    },
  );

  test(
    'come nearer to each other when several places are free late',
    WHEN_IT_STANDS_STILL,
    async () => {
      const { id } = await newAccount(ledger, 4);
      const [first, second] = await takeMany(id, 2);
      await noteLate(ledger, id, [{ ...first!, at: second!.at }]);
      const nextSecond = [1_254, 1_379].map((ms, index) => [index + 1, ms]);
      expect(placed(await takeMany(id, 4), first!.at)).toEqual([[3, 500], [4, 750], ...nextSecond]);
    },
  );

  test('do not stay away when the clock of the database is set back', async () => {
    const { id } = await newAccount(ledger, 10);
    await takeMoments(ledger, id, 1);
    await setAll(id, '1 hour');
    const { now, next } = await takeMoments(ledger, id, 1);
    // Behind all that may have been given before.
    expect(next - now).toBeCloseTo(HORIZON_MS + 1_008, 0);
    const [taken] = await takeMany(id, 1);
    expect(taken!.at - next).toBeCloseTo(0, 0);
  });

  test('are not needed when there is no pace', async () => {
    const { id } = await newAccount(ledger, 10);
    await sql(ledger, 'update ledger.accounts set rate = null where id = $1', [id]);
    expect(await takeMoments(ledger, id, 500)).toMatchObject({ given: [], gap: null, rate: null });
  });
});
