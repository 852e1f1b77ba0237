import { describe, expect, test } from 'vitest';
import { lockAccountFor } from '../../../src/ledger/account-lock.ts';
import { type AnswerRecord, type ClaimedOrder, recordAnswers } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';
import { untilWaiting } from '../held-up.ts';

describeOnALedger('recording late', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    given.recordAnswers(plan.account.id, answers);

  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  describe('after the deadline', () => {
    test('an order without an answer is unknown, and says who was sending it', async () => {
      const plan = await given.newPlan({ lines: linesOf(50) });
      const [late, inTime] = plan.orders as [number, number];
      await given.claimOne(plan, inTime);
      await given.claimOne(plan, late, { deadlineMs: -1, worker: 'worker 9' });
      const other = await given.newPlan();
      expect(await given.expireAttempts(other.account.id)).toEqual([]);
      expect(await given.expireAttempts(plan.account.id)).toEqual([late]);
      expect(await given.expireAttempts(plan.account.id)).toEqual([]);
      const reason = expect.stringMatching('No answer was recorded .*: worker worker 9 ended');
      expect(await given.orderRow(late)).toMatchObject({ state: 'unknown', reason });
      expect(await given.attemptsOf(late)).toMatchObject([
        { outcome: 'unknown', isAnswered: false },
      ]);
      expect(await given.orderRow(inTime)).toMatchObject({ state: 'sending' });
    });

    test.each([
      ['filled', 'filled', 10],
      ['short', 'short', 0],
      ['refused', 'refused', 0],
      ['unknown', 'unknown', 0],
      ['not_sent', 'waiting', 0],
      ['throttled', 'waiting', 0],
    ] as const)('an answer %s is evidence and is taken', async (outcome, state, bought) => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      const answer = answerTo(order, outcome);
      expect(await record(plan, answer)).toMatchObject([{ state, bought }]);
      expect(await given.attemptsOf(order.id)).toMatchObject([{ outcome, isAnswered: true }]);
      expect(await record(plan, answer)).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('a verdict that an unclear answer may contradict is dropped', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      await given.sql(`update ledger.orders set state = 'unknown' where id = $1`, [order.id]);
      const verdict = { order: order.id, attempt: 1, finding: 'nothing', isClear: true } as const;
      await given.keepVerdicts([{ ...verdict, numbers: [], why: 'nothing is new' }]);
      const unclear = answerTo(order, 'unknown', { body: '<a>2125550100' });
      await given.recordAnswers(plan.account.id, [unclear]);
      expect(await given.findVerdict(order.id)).toBeUndefined();
    });

    test('a finished plan runs again when the answer is that nothing was sent', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await given.endPlans(plan.account.id);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished', unknown: 10 });
      await record(plan, answerTo(order, 'not_sent'));
      const again = { state: 'running', endedAt: null, unknown: 0, pending: 10 };
      expect(await given.findPlan(plan.id)).toMatchObject(again);
      expect(await given.claim(plan)).toMatchObject([{ id: order.id, attempt: 2 }]);
    });

    test('a plan that was cancelled cancels the order when nothing was sent', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await given.steerPlan(plan.id, 'cancel', BY);
      await given.endPlans(plan.account.id);
      expect((await given.findPlan(plan.id)).endedAt).not.toBeNull();
      await record(plan, answerTo(order, 'not_sent'));
      await given.endPlans(plan.account.id);
      const ended = { state: 'cancelled', cancelled: 10, endedAt: expect.any(Date) };
      expect(await given.findPlan(plan.id)).toMatchObject(ended);
    });

    test.each(['waiting', 'cancelled'] as const)(
      'an order that was settled as nothing and is %s still takes its success',
      async (state) => {
        const plan = await given.newPlan({ lines: linesOf(2, 3) });
        const order = await given.expireOne(plan);
        await given.settleOrder(order.id, { nothing: true }, BY, ANYHOW);
        if (state === 'cancelled') {
          await given.steerPlan(plan.id, 'cancel', BY);
          await given.endPlans(plan.account.id);
        }
        expect(await given.orderRow(order.id)).toMatchObject({ state });
        const late = answerTo(order, 'filled');
        expect(await record(plan, late)).toMatchObject([{ state: 'filled', bought: 2 }]);
        expect(await given.numbersOf(order.id)).toEqual([...late.numbers].sort());
        expect(await given.claim(plan, [order.id])).toEqual([]);
        const detail = { was: state, state: 'filled', bought: 2 };
        expect((await given.planEvents(plan.id))[0]).toMatchObject({
          kind: 'order_answered_late',
          orderId: order.id,
          detail,
        });
        expect(await breaches(plan)).toEqual([]);
      },
    );

    test('a refusal leaves what the ledger had lost to an order that waits', async () => {
      const plan = await given.newPlan();
      const waits = await given.newPlan({ account: plan.account });
      const order = await given.expireOne(plan);
      await given.readList(plan.account, newNumbers(10));
      const lose = 'update ledger.owned set lost_after = 0 where account_id = $1';
      await given.sql(lose, [plan.account.id]);
      await record(plan, answerTo(order, 'refused'));
      expect(await given.orderRow(waits.orders[0]!)).toMatchObject({ state: 'unknown' });
      expect(await breaches(waits)).toEqual([]);
    });

    test('a refusal after its order was settled as nothing changes nothing', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await given.settleOrder(order.id, { nothing: true }, BY, ANYHOW);
      expect(await record(plan, answerTo(order, 'refused'))).toEqual([]);
      expect(await given.orderRow(order.id)).toMatchObject({ state: 'waiting' });
    });

    test('an order that was sent again refuses the answer and disputes its numbers', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await given.settleOrder(order.id, { nothing: true }, BY, ANYHOW);
      const second = await given.claimOne(plan, order.id, { worker: 'worker 2' });
      const late = answerTo(order, 'filled', { what: 'sold after all' });
      expect(await record(plan, late)).toEqual([]);
      expect(await given.orderRow(order.id)).toMatchObject({ state: 'sending', attempts: 2 });
      expect(await given.numbersOf(order.id)).toEqual([]);
      expect(await given.numbersOf(order.id, 'disputes')).toEqual(late.numbers);
      // What came is kept with the attempt; what was settled of it stands.
      expect(await given.attemptsOf(order.id)).toMatchObject([
        { no: 1, outcome: 'nothing', what: 'sold after all', isAnswered: true },
        { no: 2, outcome: null, isAnswered: false },
      ]);
      expect(await record(plan, answerTo(second, 'filled'))).toMatchObject([{ state: 'filled' }]);
      expect(await given.brokenLaws(plan.id)).toEqual(['no_surplus', 'bought_as_asked']);
    });

    test('an answer that names what was settled disputes nothing', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      const late = answerTo(order, 'filled');
      await given.settleOrder(order.id, { bought: late.numbers }, BY, ANYHOW);
      expect(await record(plan, late)).toEqual([]);
      expect(await given.numbersOf(order.id, 'disputes')).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });
  });
});

/** Of the ledger's pool. */
const CONNECTIONS = 4;

describeOnPostgres('late answers', (given) => {
  test('wait for who says what orders bought, and leave connections to others', async () => {
    const plan = await given.newPlan({ lines: linesOf(7 * 25) });
    const [inTime, ...late] = await given.claim(plan);
    await given.sql(`update ledger.orders set state = 'unknown' where id = any($1)`, [
      late.map(({ id }) => id),
    ]);
    const { ledger, another } = given;
    expect(late.length).toBeGreaterThan(CONNECTIONS);
    const record = (order: ClaimedOrder) =>
      recordAnswers(ledger, plan.account.id, [answerTo(order, 'filled')]);
    const waiting = await another().transaction(async (tx) => {
      await lockAccountFor(tx, 'settling', plan.account.id);
      const recording = late.map(record);
      await untilWaiting(another(), 1);
      expect(await record(inTime!)).toMatchObject([{ state: 'filled' }]);
      return { recording };
    });
    const recorded = await Promise.all(waiting.recording);
    expect(recorded.flat().map(({ state }) => state)).toEqual(late.map(() => 'filled'));
  });

  test('lock all plans whose orders they may hold up before they lock an order', async () => {
    const plan = await given.newPlan();
    const { account } = plan;
    const later = await given.newPlan({ account, lines: linesOf(12) });
    await given.readList(account, []);
    const waits = await given.expireOne(plan);
    const late = await given.expireOne(later);
    await given.readList(account, newNumbers(10));
    await given.settleOrder(waits.id, NOTHING, BY);
    const recording = await given.another().transaction(async (tx) => {
      await tx.query('select from ledger.plans where id = $1 for no key update', [plan.id]);
      const recording = given.record(later, answerTo(late, 'refused'));
      await untilWaiting(given.ledger, 1);
      await tx.query('select from ledger.plans where id = $1 for no key update nowait', [later.id]);
      await tx.query('select from ledger.orders where id = $1 for update nowait', [late.id]);
      return { recording };
    });
    await recording.recording;
    expect(await given.orderRow(waits.id)).toMatchObject({ state: 'unknown' });
  });
});
