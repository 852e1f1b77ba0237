import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';
import { NOTHING } from '../../support/settling.ts';

describeOnALedger('a sale that is told after its order was sent again', (given) => {
  /** The worker of attempt 1 is cut off; a person says nothing; attempt 2 is being sent. */
  const sentAgain = async () => {
    const plan = await given.newPlan();
    const first = await given.expireOne(plan);
    await given.readList(plan.account, []);
    await given.settleOrder(first.id, NOTHING, BY);
    return { plan, first, second: await given.claimOne(plan) };
  };

  const isNotSent = async (plan: SmallPlan, id: number) => {
    expect(await given.claim(plan, [id])).toEqual([]);
    expect(await given.whyNotClaimed(id, plan.account.id)).toEqual({ why: 'gone' });
    expect(await given.doubtFinal(plan.account.id)).toEqual([id]);
    expect(await given.orderRow(id)).toMatchObject({ state: 'unknown' });
  };

  test('keeps the order from being sent a third time, and may be given to it', async () => {
    const { plan, first, second } = await sentAgain();
    await given.record(plan, answerTo(second, 'not_sent'));
    const sold = answerTo(first, 'filled');
    await given.record(plan, sold);
    await isNotSent(plan, first.id);
    expect(await given.findPlan(plan.id)).toMatchObject({ unknown: 10, surplus: 10 });
    const bought = { bought: sold.numbers };
    expect(await given.settleOrder(first.id, bought, BY)).toMatchObject({ state: 'filled' });
    expect(await given.findPlan(plan.id)).toMatchObject({ bought: 10, surplus: 0 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('keeps it also when the second attempt is throttled afterwards', async () => {
    const { plan, first, second } = await sentAgain();
    await given.record(plan, answerTo(first, 'filled'));
    await given.record(plan, answerTo(second, 'throttled', { retryAfterMs: 0 }));
    await isNotSent(plan, first.id);
  });

  test('keeps it also when it names a number that another order has', async () => {
    const other = await given.newPlan({ lines: linesOf(1) });
    const { answer: sold } = await given.sendOne(other, 'filled');
    const { plan, first, second } = await sentAgain();
    await given.record(plan, answerTo(first, 'short', { numbers: sold.numbers }));
    await given.record(plan, answerTo(second, 'not_sent'));
    await isNotSent(plan, first.id);
  });

  test('keeps it also when it was refused and a person tries it again', async () => {
    const { plan, first, second } = await sentAgain();
    await given.record(plan, answerTo(first, 'filled'));
    await given.record(plan, answerTo(second, 'refused'));
    expect(await given.retryPlan(plan.id, BY)).toBe(1);
    await isNotSent(plan, first.id);
  });

  test('keeps a successor of it from being sent a second time', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    const { order: first, named } = await given.settleInPart(plan);
    await given.openSuccessors(plan.account.id, 3_600_000);
    const next = first.id + 1;
    await given.sendOne(plan, 'not_sent', {}, next);
    await given.record(plan, answerTo(first, 'filled', { numbers: named }));
    await isNotSent(plan, next);
    expect(await given.settleOrder(next, NOTHING, BY)).toMatchObject({ state: 'short' });
    expect(await given.openSuccessors(plan.account.id, 3_600_000)).toBe(0);
  });
});

/** The vendor answers after an order was settled with numbers, and the settlement is taken back. */
describeOnALedger('a settlement that is taken back after the answer', (given) => {
  const settledWith = async (count: number) => {
    const plan = await given.newPlan();
    return { plan, ...(await given.settleInPart(plan, count)) };
  };

  test.each([10, 3])('leaves all numbers that it named, when %i were settled', async (count) => {
    const { plan, order, named } = await settledWith(count);
    await given.record(plan, answerTo(order, 'filled', { numbers: named }));
    await given.unsettleOrder(order.id, BY);
    expect(await given.numbersOf(order.id, 'disputes')).toEqual(named);
    expect(await given.findPlan(plan.id)).toMatchObject({ bought: 0, unknown: 10, surplus: 10 });
  });

  test('leaves no number to an answer that named none', async () => {
    const { plan, order } = await settledWith(4);
    // As one that could not be unpacked.
    await given.record(plan, answerTo(order, 'unknown', { status: 200, body: null }));
    await given.unsettleOrder(order.id, BY);
    expect(await given.numbersOf(order.id, 'disputes')).toEqual([]);
    expect(await given.findPlan(plan.id)).toMatchObject({ unknown: 10, surplus: 0 });
  });
});
