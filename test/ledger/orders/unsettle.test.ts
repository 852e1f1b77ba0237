import { describe, expect, test } from 'vitest';
import {
  type ClaimedOrder,
  cancelWaiting,
  changeAccount,
  endPlans,
  type Finding,
  findAccount,
  findPlan,
  planEvents,
  settlements,
  settleOrder,
  steerPlan,
  unknownOrders,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { breachesOf, numbersOf, orderRow, passTime, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, claim, claimOne, newNumbers, record, sendOne } from '../../support/sending.ts';
import {
  ANYHOW,
  forgetAnswer,
  NOTHING,
  settleByList,
  unknownOrder,
} from '../../support/settling.ts';

const MISTAKEN = { who: 'Bea', why: 'that was another order' };

describeOnALedger('a settlement', (given) => {
  /** A plan of one unknown order; its worker gave up, or has not been heard of since. */
  const unknown = async (isAnswered = true) => {
    const made = await unknownOrder(given.ledger, { what: 'cut off', status: null });
    if (!isAnswered) await forgetAnswer(given.ledger, made.order);
    return made;
  };

  const settle = (plan: SmallPlan, finding: Finding) =>
    settleByList(given.ledger, plan, finding, ANYHOW);
  const undo = (plan: SmallPlan) => unsettleOrder(given.ledger, plan.orders[0]!, MISTAKEN);
  const row = (plan: SmallPlan) => orderRow(given.ledger, plan.orders[0]!);
  const answered = (plan: SmallPlan, order: ClaimedOrder, numbers: string[]) =>
    record(given.ledger, plan, answerTo(order, 'filled', { numbers }));
  const breaches = (plan: SmallPlan) => breachesOf(given.ledger, plan.id);

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
        await endPlans(given.ledger, plan.account.id);
        expect(await undo(plan)).toEqual({ order: plan.orders[0], state: 'unknown', bought: 0 });
        expect(await row(plan)).toMatchObject({ state: 'unknown', bought: 0, reason: 'cut off' });
        expect(await numbersOf(given.ledger, plan.orders[0]!)).toEqual([]);
        expect(await planEvents(given.ledger, plan.id, 1)).toMatchObject([
          {
            ...{ kind: 'order_unsettled', ...MISTAKEN, orderId: plan.orders[0] },
            detail: { was, numbers: wrong },
          },
        ]);
        expect(await findPlan(given.ledger, plan.id)).toMatchObject({
          ...{ state: 'finished', unknown: 10, bought: 0 },
        });
        expect(await claim(given.ledger, plan)).toEqual([]);
        expect(await breaches(plan)).toEqual([]);
        const right = newNumbers(10);
        expect(await settle(plan, { bought: right })).toMatchObject({ state: 'filled' });
        expect(await numbersOf(given.ledger, plan.orders[0]!)).toEqual(right);
        expect(await breaches(plan)).toEqual([]);
      },
    );

    test('when it was that nothing was bought: the order is not sent', async () => {
      const { plan } = await unknown();
      expect(await settle(plan, NOTHING)).toMatchObject({ state: 'waiting' });
      await undo(plan);
      expect(await claim(given.ledger, plan)).toEqual([]);
      expect(await unknownOrders(given.ledger, { planId: plan.id })).toMatchObject([
        { order: plan.orders[0], whatHappened: 'cut off' },
      ]);
      expect(await breaches(plan)).toEqual([]);
      await settle(plan, NOTHING);
      expect(await claim(given.ledger, plan)).toHaveLength(1);
    });

    test('of a plan that was cancelled, which stays so', async () => {
      const { plan } = await unknown();
      await settle(plan, NOTHING);
      await steerPlan(given.ledger, plan.id, 'cancel', BY);
      await cancelWaiting(given.ledger, plan.id);
      expect(await row(plan)).toMatchObject({ state: 'cancelled' });
      await undo(plan);
      await endPlans(given.ledger, plan.account.id);
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({
        ...{ state: 'cancelled', unknown: 10, cancelled: 0 },
      });
      expect(await breaches(plan)).toEqual([]);
    });

    test('and leaves what the vendor itself had named for the order', async () => {
      const { ledger } = given;
      const other = await newPlan(ledger, { lines: linesOf(1) });
      const { answer: sold } = await sendOne(ledger, other, 'filled');
      const plan = await newPlan(ledger);
      const own = newNumbers(3);
      await answered(plan, await claimOne(ledger, plan), [...own, ...sold.numbers]);
      await settle(plan, { bought: newNumbers(2) });
      expect(await row(plan)).toMatchObject({ state: 'short', bought: 5 });
      await undo(plan);
      expect(await row(plan)).toMatchObject({ state: 'unknown', bought: 3 });
      expect(await numbersOf(given.ledger, plan.orders[0]!)).toEqual(own);
    });

    test('and counts toward the limit of the day again', async () => {
      const { plan } = await unknown();
      const { name } = plan.account;
      await changeAccount(given.ledger, name, { limits: [dailyLimit(25)] }, { who: 'Ada' });
      const spent = async () => (await findAccount(given.ledger, name)).limits[0]!.spent!.numbers;
      expect(await spent()).toBe(10);
      await settle(plan, NOTHING);
      expect(await spent()).toBe(0);
      await undo(plan);
      expect(await spent()).toBe(10);
    });

    test('when the vendor has named other numbers since, which are then taken', async () => {
      const { plan, order } = await unknown(false);
      await settle(plan, { bought: newNumbers(10) });
      const right = newNumbers(10);
      await answered(plan, order, right);
      await undo(plan);
      const [shown] = await unknownOrders(given.ledger, { planId: plan.id });
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
      await sql(given.ledger, ahead, [order.id]);
      await answered(plan, order, numbers);
      await undo(plan);
      const [shown] = await unknownOrders(given.ledger, { planId: plan.id });
      expect(shown?.disputed).toEqual(numbers);
      expect(await settle(plan, NOTHING)).toMatchObject({ state: 'short' });
      expect(await claim(given.ledger, plan)).toEqual([]);
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
      const again = await claimOne(given.ledger, plan);
      const words = 'It has been sent again since it was settled.';
      await refusal(plan, words);
      await record(given.ledger, plan, answerTo(again, 'filled'));
      await refusal(plan, words);
    });

    test('when there is none', async () => {
      const { plan } = await unknown();
      await refusal(plan, 'It is unknown, and nobody has settled it.');
      const filled = await newPlan(given.ledger);
      await answered(filled, await claimOne(given.ledger, filled), newNumbers(10));
      await refusal(
        filled,
        "It is filled by the vendor's own answer, or was never sent: nobody settled it.",
      );
      await expect(unsettleOrder(given.ledger, 7, BY)).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    test('when it is of a later attempt than the one that was looked at', async () => {
      const { plan } = await unknown();
      const id = plan.orders[0]!;
      await settle(plan, NOTHING);
      await sendOne(given.ledger, plan, 'unknown');
      await settleOrder(given.ledger, id, NOTHING, BY, { attempt: 2, ...ANYHOW });
      const looked = (attempt: number) => unsettleOrder(given.ledger, id, MISTAKEN, { attempt });
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
    for (const { plan } of [one, two]) await passTime(given.ledger, plan.account, 600_000);
    await settle(one.plan, NOTHING);
    await settle(two.plan, { bought: numbers });
    const shown = await settlements(given.ledger, { limit: 2 });
    expect(shown).toMatchObject([
      { order: two.order.id, plan: two.plan.id, state: 'filled', ...BY, numbers, objections: [] },
      { order: one.order.id, state: 'waiting', bought: 0, quantity: 10, numbers: [] },
    ]);
    await claimOne(given.ledger, one.plan);
    await undo(two.plan);
    expect(await settlements(given.ledger, { planId: one.plan.id })).toEqual([]);
    expect(await settlements(given.ledger, { planId: two.plan.id })).toEqual([]);
  });
});
