import { expect, test } from 'vitest';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

describeOnALedger('after the breaker has paused an account, resumed,', (given) => {
  const tripped = async () => {
    const plan = await given.newPlan({ lines: linesOf(...Array(9).fill(1)) });
    const five = await given.claim(plan, plan.orders.slice(0, 5));
    await given.record(plan, ...five.map((order) => answerTo(order, 'unknown')));
    expect((await given.findAccount(plan.account.name)).pausedReason).toMatch(/unknown/);
    await resume(plan);
    return plan;
  };
  const resume = ({ account }: SmallPlan) =>
    given.changeAccount(account.name, { resume: true }, { who: 'Ada' });
  const tryOne = (plan: SmallPlan, n: number) =>
    given.claimProbe(plan.orders[n]!, {
      accountId: plan.account.id,
      worker: 'worker 1',
      deadlineMs: 60_000,
    });

  test('one order is tried alone, however many workers ask', async () => {
    const plan = await tripped();
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.whyNotClaimed(plan.orders[5]!, plan.account.id)).toEqual({ why: 'probe' });
    const tried = await Promise.all([5, 6, 7].map((n) => tryOne(plan, n)));
    expect(tried.filter((order) => order !== undefined)).toHaveLength(1);
    expect(await given.claim(plan)).toEqual([]);
    const waiting = tried.indexOf(undefined) + 5;
    expect(await given.whyNotClaimed(plan.orders[waiting]!, plan.account.id)).toMatchObject({
      why: 'resting',
    });
  });

  test('the account pauses again when that one is unknown too', async () => {
    const plan = await tripped();
    const order = (await tryOne(plan, 5))!;
    await given.record(plan, answerTo(order, 'unknown'));
    const { pausedReason } = await given.findAccount(plan.account.name);
    expect(pausedReason).toMatch(/tried alone/);
  });

  test.each(['not_sent', 'throttled'] as const)(
    'another is tried when that one was %s',
    async (outcome) => {
      const plan = await tripped();
      const order = (await tryOne(plan, 5))!;
      const retryAfterMs = outcome === 'throttled' ? 1 : null;
      await given.record(plan, answerTo(order, outcome, { retryAfterMs }));
      await expect.poll(() => tryOne(plan, 6)).toBeDefined();
    },
  );

  /** One order is being tried; two more were in flight before the pause. */
  const tryingWhileOthersFly = async () => {
    const plan = await given.newPlan({ lines: linesOf(...Array(12).fill(1)) });
    const flying = await given.claim(plan, plan.orders.slice(0, 10));
    const five = flying.slice(0, 5);
    await given.record(plan, ...five.map((order) => answerTo(order, 'unknown')));
    await resume(plan);
    const tried = (await tryOne(plan, 10))!;
    return { plan, tried, flying: flying.slice(5) };
  };

  test('the account stays closed until it is answered, though an older one is, twice', async () => {
    const { plan, tried, flying } = await tryingWhileOthersFly();
    const answer = answerTo(flying[0]!, 'filled');
    await given.record(plan, answer);
    await given.record(plan, answer);
    expect(await given.claim(plan)).toEqual([]);
    expect(await tryOne(plan, 11)).toBeUndefined();
    await given.record(plan, answerTo(tried, 'filled'));
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('the account stays open to that one order when an older one is unknown', async () => {
    const { plan, flying } = await tryingWhileOthersFly();
    await given.record(plan, answerTo(flying[0]!, 'unknown'));
    expect(await given.findAccount(plan.account.name)).toMatchObject({ pausedReason: null });
    expect(await tryOne(plan, 11)).toBeUndefined();
  });

  test('no second order is tried while the first is in flight', async () => {
    const { plan, tried, flying } = await tryingWhileOthersFly();
    await given.record(plan, ...flying.map((order) => answerTo(order, 'unknown')));
    const { pausedReason } = await given.findAccount(plan.account.name);
    expect(pausedReason).toMatch(/^The last 5 answers/);
    await resume(plan);
    await given.renewProbe(plan.account.id);
    expect(await tryOne(plan, 11)).toBeUndefined();
    await given.record(plan, answerTo(tried, 'filled'));
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('another is tried when the worker that had it died', async () => {
    const plan = await tripped();
    const order = (await tryOne(plan, 5))!;
    await given.renewProbe(plan.account.id);
    expect(await tryOne(plan, 6)).toBeUndefined();
    await given.sql(`update ledger.attempts set deadline_tick = 0 where order_id = $1`, [order.id]);
    await given.expireAttempts(plan.account.id);
    await given.renewProbe(plan.account.id);
    expect(await tryOne(plan, 6)).toBeDefined();
  });
});
