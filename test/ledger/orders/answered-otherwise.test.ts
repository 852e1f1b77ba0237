/** The vendor itself answers late, and not what an order was settled with. */
import { describe, expect, test } from 'vitest';
import { eventSentence } from '../../../src/events/index.ts';
import {
  type AnswerRecord,
  type ClaimedOrder,
  type Ledger,
  recordAnswers,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { NOTHING } from '../../support/settling.ts';

const HOUR_MS = 3_600_000;

describeOnALedger('an answer that leaves out what its order was settled with', (given) => {
  const rowOf = ({ id }: ClaimedOrder) => given.orderRow(id);
  const answer = (plan: SmallPlan, order: ClaimedOrder, ...rest: OutcomeAndNumbers) =>
    given.record(plan, answerTo(order, rest[0], { numbers: rest[1] }));
  type OutcomeAndNumbers = [outcome: AnswerRecord['outcome'], numbers: string[]];

  /** Of two orders with one wish the list shows what one bought: the first one gets that. */
  const settled = async (count = 10) => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    await given.readList(plan.account, []);
    const [first, second] = (await given.claim(plan, plan.orders, { deadlineMs: -1 })) as [
      ClaimedOrder,
      ClaimedOrder,
    ];
    await given.expireAttempts(plan.account.id);
    const bought = newNumbers(count);
    await given.readList(plan.account, bought);
    await given.settleOrder(first.id, { bought }, BY);
    return { plan, first, second, bought };
  };
  const bothSettled = async (count = 10) => {
    const made = await settled(count);
    await given.settleOrder(made.second.id, NOTHING, BY);
    expect(await rowOf(made.second)).toMatchObject({ state: 'waiting' });
    return made;
  };

  test.each([
    ['filled', newNumbers(10), { state: 'filled', bought: 10 }],
    ['short', newNumbers(3), { state: 'short', bought: 3 }],
    ['short', [], { state: 'short', bought: 0 }],
    ['refused', [], { state: 'refused', bought: 0 }],
    ['not_sent', [], { state: 'waiting', bought: 0 }],
  ] as const)('counts, %s: another order may have bought it', async (outcome, named, state) => {
    const { plan, first, second } = await bothSettled();
    await answer(plan, first, outcome, [...named]);
    expect(await rowOf(first)).toMatchObject(state);
    expect(await given.numbersOf(first.id)).toEqual(named);
    expect(await rowOf(second)).toMatchObject({ state: 'unknown' });
    expect(await given.claim(plan, [second.id])).toEqual([]);
    expect(await given.findPlan(plan.id)).toMatchObject({ surplus: 0 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('counts for an attempt that the ledger had lost, as a sale of that plan', async () => {
    const { plan, first, second } = await bothSettled();
    const lost = `update ledger.attempts set nonce = null where order_id = $1`;
    await given.sql(lost, [first.id]);
    await answer(plan, first, 'refused', []);
    const named = newNumbers(10);
    await answer(plan, { ...first, planKey: `${first.planKey}0` }, 'filled', named);
    expect(await rowOf(second)).toMatchObject({ state: 'waiting' });
    await answer(plan, first, 'filled', named);
    expect(await given.numbersOf(first.id)).toEqual(named);
    expect(await rowOf(second)).toMatchObject({ state: 'unknown' });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('is said to have taken the settlement back', async () => {
    const { plan, first, bought } = await settled();
    await answer(plan, first, 'refused', []);
    const events = await given.planEvents(plan.id);
    const back = events.find(({ kind }) => kind === 'order_unsettled')!;
    expect(back).toMatchObject({ who: 'vendor', detail: { was: 'filled', numbers: bought } });
    expect(eventSentence(back)).toBe(
      `The vendor's answer took back the settlement of order ${first.id}: it is unknown again.`,
    );
  });

  test('counts also after its order was settled with a part', async () => {
    const { plan, first, second } = await bothSettled(3);
    const named = newNumbers(10);
    await answer(plan, first, 'filled', named);
    expect(await given.numbersOf(first.id)).toEqual(named);
    expect(await rowOf(second)).toMatchObject({ state: 'unknown' });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  describe('when what the order lacked was asked for elsewhere', () => {
    /** What a list shows was said to be of a first order; a like one of another plan waits. */
    const besides = async (plan: SmallPlan) => {
      await given.readList(plan.account, []);
      const like = await given.newPlan({ account: plan.account });
      await given.expireOne(like);
      const { order, named } = await given.settleInPart(plan);
      await given.settleOrder(like.orders[0]!, NOTHING, BY);
      expect(await given.orderRow(like.orders[0]!)).toMatchObject({ state: 'waiting' });
      return { like, order, kept: named[0]! };
    };
    const heldUp = async (plan: SmallPlan, like: SmallPlan) => {
      expect(await given.orderRow(like.orders[0]!)).toMatchObject({ state: 'unknown' });
      expect(await given.claim(like)).toEqual([]);
      expect(await given.breachesOf(like.id)).toEqual([]);
      return given.findPlan(plan.id);
    };

    test.each([
      ['refused', false, 0],
      ['short', true, 1],
    ] as const)('by a successor, holds up what waits, %s', async (outcome, isKept, bought) => {
      const plan = await given.ladderPlan({ steps: [step(1, '332')], quantities: [10] });
      const { like, order, kept } = await besides(plan);
      expect(await given.openSuccessors(plan.account.id, HOUR_MS)).toBe(1);
      const [successor] = await given.sendWaiting(plan);
      await answer(plan, order, outcome, isKept ? [kept] : []);
      expect(await rowOf(order)).toMatchObject({ state: 'short', bought });
      expect(await given.numbersOf(order.id)).toEqual(isKept ? [kept] : []);
      expect(await heldUp(plan, like)).toMatchObject({ bought, pending: 7, surplus: 0 });
      expect(await given.breachesOf(plan.id)).toEqual([]);
      // Nobody knows any more which of the two is right, so nothing is asked for in its place.
      await given.record(plan, answerTo(successor!, 'short'));
      expect(await given.openSuccessors(plan.account.id, HOUR_MS)).toBe(0);
      expect([...(await given.withheldNumbers(plan.id)).values()]).toEqual([10 - bought]);
      const [event] = (await given.planEvents(plan.id)).filter(
        ({ kind }) => kind === 'order_unsettled',
      );
      expect(eventSentence(event!)).toBe(
        `The vendor's answer took back the settlement of order ${order.id}: it stays short.`,
      );
    });

    test('by a successor, withdraws the next one, which nobody has sent', async () => {
      const steps = [step(1, '332'), step(2, '646')];
      const plan = await given.ladderPlan({ steps, quantities: [10] });
      const { order } = await besides(plan);
      await given.openSuccessors(plan.account.id, HOUR_MS);
      await given.sellEach(plan, 2);
      expect(await given.findPlan(plan.id)).toMatchObject({ bought: 5, pending: 5 });
      await answer(plan, order, 'refused', []);
      await given.goOn(plan);
      const missing = { bought: 2, pending: 0, short: 8, state: 'finished' };
      expect(await given.findPlan(plan.id)).toMatchObject(missing);
      expect([...(await given.withheldNumbers(plan.id)).values()]).toEqual([8]);
      expect(await given.breachesOf(plan.id)).toEqual([]);
    });

    test('by a plan of the remainder, holds up what waits, and is surplus', async () => {
      const plan = await given.newPlan();
      const { like, order } = await besides(plan);
      await given.endPlans(plan.account.id);
      const rest = await given.submitRemainder(plan);
      await given.steerPlan(rest.id, 'start', BY);
      await answer(plan, order, 'filled', newNumbers(10));
      expect(await heldUp(plan, like)).toMatchObject({ bought: 0, surplus: 10 });
      expect(await given.claim(rest)).toEqual([]);
      await expect(given.unsettleOrder(order.id, BY)).rejects.toMatchObject({
        code: 'wrong_state',
      });
    });
  });

  test('counts also when its order was settled while it was being recorded', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    await given.readList(plan.account, []);
    const [first, second] = await given.claim(plan, plan.orders, { deadlineMs: -1 });
    const { ledger } = given;
    const query: Ledger['query'] = async (statement, values) => {
      const rows = await ledger.query<never>(statement, values);
      if (!statement.includes('record_late')) return rows;
      await given.expireAttempts(plan.account.id);
      const bought = newNumbers(10);
      await given.readList(plan.account, bought);
      await given.settleOrder(first!.id, { bought }, BY);
      await given.settleOrder(second!.id, NOTHING, BY);
      return rows;
    };
    const late = answerTo(first!, 'throttled');
    await recordAnswers({ ...ledger, query }, plan.account.id, [late]);
    expect(await rowOf(first!)).toMatchObject({ state: 'waiting', bought: 0 });
    expect(await rowOf(second!)).toMatchObject({ state: 'unknown' });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('leaves that to an order that is unknown', async () => {
    const { plan, first, second, bought } = await settled();
    await answer(plan, first, 'filled', newNumbers(10));
    await expect(given.settleOrder(second.id, NOTHING, BY)).rejects.toMatchObject({
      code: 'against_evidence',
      message: expect.stringContaining('10 numbers that it may have bought and that no order has'),
    });
    expect(await given.settleOrder(second.id, { bought }, BY)).toMatchObject({ state: 'filled' });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('proves nothing when it is unclear', async () => {
    const { plan, first, second } = await bothSettled();
    await answer(plan, first, 'unknown', newNumbers(3));
    expect(await rowOf(first)).toMatchObject({ state: 'filled', bought: 10 });
    expect(await given.claim(plan, [second.id])).toMatchObject([{ quantity: 10 }]);
  });
});
