import { beforeAll, expect, test } from 'vitest';
import {
  changeAccount,
  deferMoments,
  HORIZON_MS,
  type Ledger,
  takeMoments,
} from '../../../src/ledger/index.ts';
import { newAccount, sql } from '../../support/ledger.ts';
import { until } from '../../support/until.ts';
import { describeInModes, EMBEDDED, openLedger, POSTGRES } from '../../support/workplace.ts';

describeInModes([EMBEDDED, POSTGRES], 'moments to send at', ({ makeStorage }) => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger(await makeStorage());
  });
  const lastMoment = async (id: number, to: string) =>
    sql(ledger, `update ledger.moments set last = ${to} where account_id = $1`, [id]);

  test('lie a little more than 1/rate apart, over all takings', async () => {
    const { id } = await newAccount(ledger, 50);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeMoments(ledger, id, 3)));
    const all = taken.flatMap(({ count, first, gap }) =>
      Array.from({ length: count }, (_, index) => first + index * gap!),
    );
    all.sort((a, b) => a - b);
    expect(all).toHaveLength(24);
    for (const [index, at] of all.slice(1).entries())
      expect(at - all[index]!).toBeGreaterThanOrEqual(1_015 / 50 - 0.01);
  });

  test('are given only as far ahead as a change of pace may take to hold', async () => {
    const { id } = await newAccount(ledger, 100);
    const { count, now, first, gap } = await takeMoments(ledger, id, 1_000);
    expect(gap).toBeCloseTo(10.15);
    expect(first + (count - 1) * gap! - now).toBeLessThanOrEqual(HORIZON_MS);
    expect(first + count * gap! - now).toBeGreaterThan(HORIZON_MS);
    expect(await takeMoments(ledger, id, 1)).toMatchObject({
      count: expect.toSatisfy((n) => n <= 1),
    });
  });

  test('of an account that has rested begin at once, but not with several', async () => {
    const { id } = await newAccount(ledger, 4);
    await lastMoment(id, `clock_timestamp() - interval '1 hour'`);
    const { count, now, first } = await takeMoments(ledger, id, 10);
    expect(first - now).toBeCloseTo(10, 0);
    expect(count).toBe(2);
  });

  test('follow a change of pace from the last one on', async () => {
    const account = await newAccount(ledger, 0.01);
    const before = await takeMoments(ledger, account.id, 1);
    expect(await takeMoments(ledger, account.id, 1)).toMatchObject({ count: 0, rate: 0.01 });
    await changeAccount(ledger, account.name, { rate: 10 }, { who: 'somebody' });
    const after = await takeMoments(ledger, account.id, 1);
    expect(after).toMatchObject({ count: 1, rate: 10 });
    expect(after.first - before.first).toBeGreaterThanOrEqual(101.49);
  });

  test('are moved back by as much as one was kept too late', async () => {
    const { id } = await newAccount(ledger, 10);
    const before = await takeMoments(ledger, id, 1);
    await deferMoments(ledger, id, 40);
    const after = await takeMoments(ledger, id, 1);
    expect(after.first - before.first).toBeGreaterThanOrEqual(141.49);
  });

  test('do not stay away when the clock of the database is set back', async () => {
    const { id } = await newAccount(ledger, 10);
    await lastMoment(id, `clock_timestamp() + interval '1 hour'`);
    const { now, first } = await takeMoments(ledger, id, 1);
    // Behind all that may have been given before.
    expect(first - now).toBeCloseTo(HORIZON_MS + 101.5, 0);
    const taken = await until(
      async () => {
        const moments = await takeMoments(ledger, id, 1);
        return moments.count > 0 && moments;
      },
      { what: 'a moment is given' },
    );
    expect(taken.first - first).toBeCloseTo(0, 0);
  });

  test('are as many as are wanted when there is no pace', async () => {
    const { id } = await newAccount(ledger, 10);
    await sql(ledger, 'update ledger.accounts set rate = null where id = $1', [id]);
    expect(await takeMoments(ledger, id, 500)).toMatchObject({ count: 500, gap: null, rate: null });
  });
});
