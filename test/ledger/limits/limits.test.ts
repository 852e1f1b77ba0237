import { describe, expect, test } from 'vitest';
import { stopForLimit } from '../../../src/ledger/limits/stop.ts';
import type { Limit } from '../../../src/limits/index.ts';
import { brokenConstraint } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { dailyLimit } from '../../support/plans.ts';
import { pricesOf } from '../../support/prices.ts';
import { answerTo, claim, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';
import { BY, limitsIn } from './limited.ts';

const REST =
  'The daily limit of 50 numbers leaves no room for the next order: ' +
  'the account continues at 00:00 UTC';

describeOnALedger('limits', (given) => {
  const { limit, limited, planOf, now, spent, why, record, goOn, claimed } = limitsIn(given);

  test('let a batch take what they leave room for, and smaller orders after it', async () => {
    const plan = await planOf(await limited(), [25, 20, 6, 5]);
    const batch = await given.claim(plan);
    expect(batch.map(({ quantity }) => quantity)).toEqual([25, 20]);
    expect(await given.claim(plan, [plan.orders[2]!])).toEqual([]);
    expect(await given.claim(plan, [plan.orders[3]!])).toHaveLength(1);
    expect(await spent(plan.account)).toEqual([50]);
  });

  test('are not exceeded by many who claim at once, in batches of any size', async () => {
    const plan = await planOf(await limited(), Array(30).fill(4));
    const batches = [1, 2, 3, 5, 1, 4, 6, 2, 3, 3];
    const handles = [0, 1, 2, 3].map(() => given.another());
    let at = 0;
    const made = await Promise.all(
      batches.map((size, n) => {
        const ids = plan.orders.slice(at, at + size);
        at += size;
        return claim(handles[n % 4]!, plan, ids);
      }),
    );
    // A batch of which some does not fit is asked for again, one order at a time.
    for (const [n] of plan.orders.entries()) await claimed(plan, n);
    const states = await given.sql<{ n: number }>(
      `select count(*)::int as n from ledger.orders where plan_id = $1 and state = 'sending'`,
      [plan.id],
    );
    expect(made.flat().length).toBeLessThanOrEqual(12);
    expect(states).toEqual([{ n: 12 }]);
    expect(await spent(plan.account)).toEqual([48]);
  });

  test.each([
    ['what was bought, and not what was missing', 'short', 3, 3],
    ['all of what is unknown', 'unknown', 0, 20],
    ['nothing of what was refused', 'refused', 0, 0],
    ['nothing of what was not sent', 'not_sent', 0, 0],
  ] as const)('count %s', async (_, outcome, bought, counts) => {
    const plan = await planOf(await limited(), [20, 25]);
    const order = await claimed(plan, 0);
    expect(await spent(plan.account)).toEqual([20]);
    await record(plan, answerTo(order!, outcome, { numbers: newNumbers(bought) }));
    expect(await spent(plan.account)).toEqual([counts]);
    await limit(plan.account, dailyLimit(50));
    // Counted anew, it is the same.
    expect(await spent(plan.account)).toEqual([counts]);
  });

  test('count what was claimed before there was one', async () => {
    const plan = await planOf(await given.newAccount(), [25, 20, 6]);
    expect(await given.claim(plan, plan.orders.slice(0, 2))).toHaveLength(2);
    await limit(plan.account, dailyLimit(50));
    expect(await claimed(plan, 2)).toBeUndefined();
  });

  test('of a day count nothing of the day before, and those of a month do', async () => {
    const month: Limit = { person: null, period: 'month', numbers: 100, money: null };
    const account = await limited(dailyLimit(50), month);
    const plan = await planOf(account, [25, 25, 25, 25, 25]);
    await given.claim(plan, plan.orders.slice(0, 2));
    expect(await claimed(plan, 2)).toBeUndefined();
    // On the first of a month, the day before is in another month.
    const isFirst = new Date().getUTCDate() === 1;
    await given.sql('update ledger.spending set day = day - 1 where account_id = $1', [account.id]);
    await goOn(account);
    expect(await spent(account)).toEqual([0, isFirst ? 0 : 50]);
    expect(await given.claim(plan, plan.orders.slice(2))).toHaveLength(2);
  });

  test.each(['new prices', 'the first limit'])(
    'count what this month has spent, though %s came while the clock was a year ahead',
    async (change) => {
      const month: Limit = { person: null, period: 'month', numbers: 25, money: null };
      const account = await given.newAccount();
      if (change === 'new prices') await limit(account, month);
      const plan = await planOf(account, [25, 25]);
      await record(plan, answerTo((await claimed(plan, 0))!, 'filled'));
      await given.setClock('1 year');
      try {
        if (change === 'new prices') await given.setPrices(account.name, pricesOf(), BY);
        else await limit(account, month);
        expect(await spent(account)).toEqual([0]);
      } finally {
        await given.setClock('0');
      }
      expect(await spent(account)).toEqual([25]);
      expect(await claimed(plan, 1)).toBeUndefined();
      expect(await given.breachesOf(plan.id)).toEqual([]);
    },
  );

  describe('of all together that are used up', () => {
    const usedUp = async () => {
      const plan = await planOf(await limited(), [25, 25, 25]);
      const first = await claimed(plan, 0);
      const second = await claimed(plan, 1);
      await record(plan, answerTo(first!, 'filled'));
      return { plan, second: second! };
    };

    test('let the account rest until midnight UTC, or until an answer makes room', async () => {
      const { plan, second } = await usedUp();
      expect(await claimed(plan, 2)).toBeUndefined();
      await record(plan, answerTo(second, 'short', { numbers: [] }));
      await goOn(plan.account);
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toBeDefined();
      const more = await planOf(plan.account, [1]);
      expect(await claimed(more, 0)).toBeUndefined();
      await goOn(plan.account);
      const { resumeAt, restReason } = await now(plan.account);
      expect(restReason).toBe(REST);
      expect(resumeAt!.toISOString()).toMatch(/T00:00:00.000Z$/);
      const inHours = (resumeAt!.getTime() - Date.now()) / 3_600_000;
      expect(inHours).toBeGreaterThan(-0.1);
      expect(inHours).toBeLessThanOrEqual(24);
      expect(await why(more, 0)).toMatchObject({ why: 'resting' });
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'running', reason: REST });
      const events = await given.sql(
        `select who, why from ledger.events where account_id = $1 and kind = 'account_limited'`,
        [plan.account.id],
      );
      expect(events).toEqual(Array(2).fill({ who: 'limit', why: REST }));
    });

    test.each([
      ['more is allowed', [dailyLimit(75)]],
      ['none is set any more', []],
    ])('go on when %s', async (_, limits) => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claimed(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      await limit(plan.account, ...limits);
      await goOn(plan.account);
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toMatchObject({ quantity: 25 });
    });

    test('go on when the plan that waits is paused, for those whose orders have room', async () => {
      const plan = await planOf(await limited(), [25, 20, 25]);
      for (const at of [0, 1]) await claimed(plan, at);
      await claimed(plan, 2);
      const other = await planOf(plan.account, [5]);
      expect(await claimed(other, 0)).toBeUndefined();
      await given.steerPlan(plan.id, 'pause', BY);
      await goOn(plan.account);
      expect(await claimed(other, 0)).toMatchObject({ quantity: 5 });
    });

    test('make the account rest once, however many orders meet them at once', async () => {
      const { plan } = await usedUp();
      const more = await planOf(plan.account, [1, 1, 1]);
      await Promise.all(
        [0, 1, 2].map((n) => stopForLimit(given.ledger, plan.account.id, more.orders[n]!)),
      );
      const events = await given.sql(
        `select 1 from ledger.events where account_id = $1 and kind = 'account_limited'`,
        [plan.account.id],
      );
      expect(events).toHaveLength(1);
    });

    test('leave the rest that the vendor asked for as long as it is', async () => {
      const { plan, second } = await usedUp();
      const more = await planOf(plan.account, [1]);
      expect(await claimed(more, 0)).toBeUndefined();
      await record(plan, answerTo(second, 'throttled', { numbers: [], retryAfterMs: 3_600_000 }));
      await goOn(plan.account);
      const { resumeAt, restReason } = await now(plan.account);
      expect(restReason).toBeNull();
      const inHours = (resumeAt!.getTime() - Date.now()) / 3_600_000;
      expect(inHours).toBeGreaterThan(0.9);
      expect(inHours).toBeLessThan(1.1);
    });

    test('go on when an unknown order turns out to have bought nothing', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'unknown'));
      await claimed(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      const by = { who: 'Ada', why: 'the vendor says so' };
      await given.settleOrder(second.id, NOTHING, by, ANYHOW);
      await goOn(plan.account);
      expect(await claimed(plan, 2)).toMatchObject({ quantity: 25 });
    });

    test('look again when a person resumes the account, and it rests again', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claimed(plan, 2);
      await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toBeUndefined();
      expect((await now(plan.account)).restReason).toBe(REST);
    });
  });

  test('let one order be tried alone after a pause, and count that one as well', async () => {
    const account = await limited();
    const plan = await planOf(account, [25, 25]);
    await given.enter(plan.orders);
    const wanted = `update ledger.accounts set probe = 'wanted' where id = $1`;
    await given.sql(wanted, [account.id]);
    expect(await why(plan, 0)).toEqual({ why: 'probe' });
    const claimant = { accountId: plan.account.id, worker: 'worker 1', deadlineMs: 60_000 };
    const single = (n: number) => given.claimProbe(plan.orders[n]!, claimant);
    expect(await single(0)).toBeDefined();
    expect(await single(1)).toBeUndefined();
    expect(await why(plan, 1)).toMatchObject({ why: 'resting' });
    expect(await spent(account)).toEqual([25]);
  });

  test('hold only the plan of an order that is larger than a limit that was lowered', async () => {
    const account = await limited(dailyLimit(50));
    const plan = await planOf(account, [25]);
    await given.sql('alter table ledger.limits drop constraint limits_fit_an_order');
    await given.sql('update ledger.limits set numbers = 20 where account_id = $1', [account.id]);
    expect(await claimed(plan, 0)).toBeUndefined();
    expect(await given.findPlan(plan.id)).toMatchObject({
      state: 'paused',
      heldUntil: null,
      reason:
        'The daily limit of 20 numbers is less than the next order alone: ' +
        'the plan continues when the limit is raised',
    });
    await limit(account, dailyLimit(50));
    await goOn(account);
    expect(await claimed(plan, 0)).toBeDefined();
    await given.sql(
      `alter table ledger.limits add constraint limits_fit_an_order
       check (period = 'plan' or numbers >= 25)`,
    );
  });

  test('cannot be below the largest order', async () => {
    const { name } = await given.newAccount();
    const change = given.changeAccount(name, { limits: [dailyLimit(24)] }, BY);
    expect(await brokenConstraint(change)).toBe('limits_fit_an_order');
  });
});
