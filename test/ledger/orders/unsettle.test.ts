import { describe, expect, test } from 'vitest';
import { type ClaimedOrder, type Finding, shownOfAttempt } from '../../../src/ledger/index.ts';
import { seenOf } from '../../../src/seen.ts';
import { BY, withNewReason } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

const MISTAKEN = { who: 'Bea', why: 'that was another order' };

describeOnALedger('a settlement', (given) => {
  /** A plan of one unknown order; its worker gave up, or has not been heard of since. */
  const unknown = async (isAnswered = true) => {
    const made = await given.unknownOrder({ what: 'cut off', status: null });
    if (!isAnswered) await given.forgetAnswer(made.order);
    return made;
  };

  const settle = (plan: SmallPlan, finding: Finding) => given.settleByList(plan, finding, ANYHOW);
  const undo = (plan: SmallPlan) => given.unsettleOrder(plan.orders[0]!, MISTAKEN);
  const row = (plan: SmallPlan) => given.orderRow(plan.orders[0]!);
  const answered = (plan: SmallPlan, order: ClaimedOrder, numbers: string[]) =>
    given.record(plan, answerTo(order, 'filled', { numbers }));
  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  describe('is taken back', () => {
    test.each([
      { was: 'filled', count: 10 },
      { was: 'short', count: 4 },
    ])(
      'with its numbers when it made the order $was, which is then settled again',
      async ({ was, count }) => {
        const { plan } = await unknown();
        const wrong = newNumbers(count);
        expect(await settle(plan, { bought: wrong })).toMatchObject({ state: was });
        await given.endPlans(plan.account.id);
        expect(await undo(plan)).toEqual({ order: plan.orders[0], state: 'unknown', bought: 0 });
        expect(await row(plan)).toMatchObject({ state: 'unknown', bought: 0, reason: 'cut off' });
        expect(await given.numbersOf(plan.orders[0]!)).toEqual([]);
        expect(await given.planEvents(plan.id, 1)).toMatchObject([
          {
            ...{ kind: 'order_unsettled', ...MISTAKEN, orderId: plan.orders[0] },
            detail: { was, numbers: wrong },
          },
        ]);
        expect(await given.findPlan(plan.id)).toMatchObject({
          ...{ state: 'finished', unknown: 10, bought: 0 },
        });
        expect(await given.claim(plan)).toEqual([]);
        expect(await breaches(plan)).toEqual([]);
        const right = newNumbers(10);
        expect(await settle(plan, { bought: right })).toMatchObject({ state: 'filled' });
        expect(await given.numbersOf(plan.orders[0]!)).toEqual(right);
        expect(await breaches(plan)).toEqual([]);
      },
    );

    test('when it was that nothing was bought: the order is not sent', async () => {
      const { plan } = await unknown();
      expect(await settle(plan, NOTHING)).toMatchObject({ state: 'waiting' });
      await undo(plan);
      expect(await given.claim(plan)).toEqual([]);
      expect(await given.unknownOrders({ planId: plan.id })).toMatchObject([
        { order: plan.orders[0], whatHappened: 'cut off' },
      ]);
      expect(await breaches(plan)).toEqual([]);
      await given.settleOrder(plan.orders[0]!, NOTHING, withNewReason(), ANYHOW);
      expect(await given.claim(plan)).toHaveLength(1);
    });

    test('and the same request once more does not settle it again', async () => {
      const { plan } = await unknown();
      await settle(plan, NOTHING);
      await undo(plan);
      await expect(settle(plan, NOTHING)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('said before for the same reason'),
      });
      expect(await row(plan)).toMatchObject({ state: 'unknown' });
      expect(await given.claim(plan)).toEqual([]);
    });

    test('and a new look settles it again, for the same reason', async () => {
      const { plan } = await unknown();
      const look = async () => {
        const [found] = await given.unknownOrders({ planId: plan.id });
        return { ...ANYHOW, seen: seenOf(shownOfAttempt(found!)) };
      };
      const before = await look();
      await settle(plan, NOTHING);
      await undo(plan);
      await expect(given.settleByList(plan, NOTHING, before)).rejects.toMatchObject({
        message: expect.stringContaining('has changed since you looked'),
      });
      expect(await given.settleByList(plan, NOTHING, await look())).toMatchObject({
        state: 'waiting',
      });
    });

    test('of a plan that was cancelled, which stays so', async () => {
      const { plan } = await unknown();
      await settle(plan, NOTHING);
      await given.steerPlan(plan.id, 'cancel', BY);
      await given.cancelWaiting(plan.id);
      expect(await row(plan)).toMatchObject({ state: 'cancelled' });
      await undo(plan);
      await given.endPlans(plan.account.id);
      expect(await given.findPlan(plan.id)).toMatchObject({
        ...{ state: 'cancelled', unknown: 10, cancelled: 0 },
      });
      expect(await breaches(plan)).toEqual([]);
    });

    test('and leaves what the vendor itself had named for the order', async () => {
      const other = await given.newPlan({ lines: linesOf(1) });
      const { answer: sold } = await given.sendOne(other, 'filled');
      const plan = await given.newPlan();
      const own = newNumbers(3);
      await answered(plan, await given.claimOne(plan), [...own, ...sold.numbers]);
      await settle(plan, { bought: newNumbers(2) });
      expect(await row(plan)).toMatchObject({ state: 'short', bought: 5 });
      await undo(plan);
      expect(await row(plan)).toMatchObject({ state: 'unknown', bought: 3 });
      expect(await given.numbersOf(plan.orders[0]!)).toEqual(own);
    });

    test('and counts toward the limit of the day again', async () => {
      const { plan } = await unknown();
      const { name } = plan.account;
      await given.changeAccount(name, { limits: [dailyLimit(25)] }, { who: 'Ada' });
      const spent = async () => (await given.findAccount(name)).limits[0]!.spent!.numbers;
      expect(await spent()).toBe(10);
      await settle(plan, NOTHING);
      expect(await spent()).toBe(0);
      await undo(plan);
      expect(await spent()).toBe(10);
    });

    test('when the vendor has named more numbers since, which are then taken', async () => {
      const { plan, order } = await unknown(false);
      const right = newNumbers(10);
      await settle(plan, { bought: right.slice(0, 3) });
      await answered(plan, order, right);
      await undo(plan);
      const [shown] = await given.unknownOrders({ planId: plan.id });
      expect(shown?.disputed).toEqual(right);
      expect(await settle(plan, { bought: right })).toMatchObject({ state: 'filled' });
      expect(await breaches(plan)).toEqual([]);
    });

    test('when the vendor has named the same since: it is never sent again', async () => {
      const { plan, order } = await unknown(false);
      const numbers = newNumbers(10);
      await settle(plan, { bought: numbers });
      // The clock of the database is set back in between.
      const ahead = `update ledger.attempts set settled_at = settled_at + interval '1 hour'
        where order_id = $1`;
      await given.sql(ahead, [order.id]);
      await answered(plan, order, numbers);
      await undo(plan);
      const [shown] = await given.unknownOrders({ planId: plan.id });
      expect(shown?.disputed).toEqual(numbers);
      expect(await settle(plan, NOTHING)).toMatchObject({ state: 'short' });
      expect(await given.claim(plan)).toEqual([]);
      // Other tests look for the newest settlements.
      await undo(plan);
    });
  });

  describe('is not taken back', () => {
    const refusal = async (plan: SmallPlan, words: string) => {
      const before = await row(plan);
      const message = `There is nothing to take back of order ${plan.orders[0]}. ${words}`;
      await expect(undo(plan)).rejects.toMatchObject({ code: 'wrong_state', message });
      expect(await row(plan)).toEqual(before);
    };

    test('when the order has been sent again', async () => {
      const { plan } = await unknown();
      await settle(plan, NOTHING);
      const again = await given.claimOne(plan);
      const words = 'It has been sent again since it was settled.';
      await refusal(plan, words);
      await given.record(plan, answerTo(again, 'filled'));
      await refusal(plan, words);
    });

    test('when there is none', async () => {
      const { plan } = await unknown();
      await refusal(plan, 'It is unknown, and nobody has settled it.');
      const filled = await given.newPlan();
      await answered(filled, await given.claimOne(filled), newNumbers(10));
      await refusal(
        filled,
        "It is filled by the vendor's own answer, or was never sent: nobody settled it.",
      );
      await expect(given.unsettleOrder(7, BY)).rejects.toMatchObject({ code: 'not_found' });
    });

    test('when it is of a later attempt than the one that was looked at', async () => {
      const { plan } = await unknown();
      const id = plan.orders[0]!;
      await settle(plan, NOTHING);
      await given.sendOne(plan, 'unknown');
      await given.settleOrder(id, NOTHING, BY, { attempt: 2, ...ANYHOW });
      const looked = (attempt: number) => given.unsettleOrder(id, MISTAKEN, { attempt });
      await expect(looked(1)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('has been sent again meanwhile'),
        details: { order: id, attempt: 2 },
      });
      expect(await row(plan)).toMatchObject({ state: 'waiting' });
      expect(await looked(2)).toMatchObject({ state: 'unknown' });
    });

    test('when the vendor’s own answer has taken its place', async () => {
      const { plan, order } = await unknown(false);
      await settle(plan, NOTHING);
      await answered(plan, order, newNumbers(10));
      expect(await row(plan)).toMatchObject({ state: 'filled' });
      await refusal(
        plan,
        "It is filled by the vendor's own answer, or was never sent: nobody settled it.",
      );
    });
  });

  test('is shown, with the way back, to a person who settles the order once more', async () => {
    const { plan } = await unknown();
    await settle(plan, { bought: newNumbers(10) });
    await expect(settle(plan, NOTHING)).rejects.toThrow(
      new RegExp(
        `Order ${plan.orders[0]} is filled, not unknown: Ada settled it at \\S+Z; "settle ` +
          `${plan.orders[0]} --undo" takes that back\\.`,
      ),
    );
  });

  test('is listed while it can be taken back, newest first', async () => {
    const [one, two] = [await unknown(), await unknown()];
    const numbers = newNumbers(10);
    for (const { plan } of [one, two]) await given.passTime(plan.account, 600_000);
    await settle(one.plan, NOTHING);
    await settle(two.plan, { bought: numbers });
    const shown = await given.settlements({ limit: 2 });
    expect(shown).toMatchObject([
      { order: two.order.id, plan: two.plan.id, state: 'filled', ...BY, numbers, objections: [] },
      { order: one.order.id, state: 'waiting', bought: 0, quantity: 10, numbers: [] },
    ]);
    await given.claimOne(one.plan);
    await undo(two.plan);
    expect(await given.settlements({ planId: one.plan.id })).toEqual([]);
    expect(await given.settlements({ planId: two.plan.id })).toEqual([]);
  });
});
