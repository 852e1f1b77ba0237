import { describe, expect, test } from 'vitest';
import type { AnswerRecord, ClaimedOrder } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

describeOnBothDrivers('recording', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    given.recordAnswers(plan.account.id, answers);

  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  const changesNothing = async (plan: SmallPlan, answer: AnswerRecord) => {
    const account = 'select recent, throttles, resume_at from ledger.accounts where id = $1';
    const look = async () => [
      await given.orderRow(answer.orderId),
      await given.attemptsOf(answer.orderId),
      await given.sql(account, [plan.account.id]),
      await given.numbersOf(answer.orderId, 'disputes'),
    ];
    const before = await look();
    expect(await record(plan, answer)).toEqual([]);
    expect(await look()).toEqual(before);
  };

  describe('an answer', () => {
    test.each([
      { outcome: 'filled', state: 'filled', bought: 10 },
      { outcome: 'short', state: 'short', bought: 0, reason: 'no more of these' },
      { outcome: 'refused', state: 'refused', bought: 0, reason: 'no more of these' },
      { outcome: 'credentials', state: 'waiting', bought: 0 },
      { outcome: 'throttled', state: 'waiting', bought: 0 },
      {
        outcome: 'not_sent',
        state: 'waiting',
        bought: 0,
        connectFailures: 1,
        reason: 'no more of these',
      },
      { outcome: 'unknown', state: 'unknown', bought: 0, reason: 'no more of these' },
    ] as const)('$outcome makes the order $state', async ({ outcome, ...expected }) => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      const what = 'no more of these';
      const answer = answerTo(order, outcome, { what, status: 503, body: '<xml/>' });
      const { state, bought } = expected;
      const pausedReason =
        outcome === 'credentials' ? `Put the keys right before you resume: ${what}` : null;
      expect(await record(plan, answer)).toEqual([
        { orderId: order.id, state, bought, disputed: 0, pausedReason },
      ]);
      const row = { attempts: 1, connectFailures: 0, reason: null, ...expected };
      expect(await given.orderRow(order.id)).toMatchObject(row);
      expect(await given.attemptsOf(order.id)).toEqual([
        {
          ...{ no: 1, worker: 'worker 1', outcome, status: 503, what, body: '<xml/>' },
          ...{ baseline: null, isAnswered: true },
        },
      ]);
      expect(await given.numbersOf(order.id)).toEqual(answer.numbers);
      expect(await breaches(plan)).toEqual([]);
    });

    test('short keeps each of the numbers that were sold', async () => {
      const plan = await given.newPlan();
      const numbers = newNumbers(9);
      const answer = { numbers: numbers.toReversed() };
      const { order } = await given.sendOne(plan, 'short', answer);
      expect(await given.orderRow(order.id)).toMatchObject({ state: 'short', bought: 9 });
      expect(await given.numbersOf(order.id)).toEqual(numbers);
    });

    test('not_sent after the last try makes the order undelivered', async () => {
      const plan = await given.newPlan();
      const last = { state: 'undelivered', waitMs: null, what: 'DNS' } as const;
      const { order } = await given.sendOne(plan, 'not_sent', last);
      const expected = { state: 'undelivered', connectFailures: 1, reason: 'DNS', notBefore: null };
      expect(await given.orderRow(order.id)).toMatchObject(expected);
      expect(await breaches(plan)).toEqual([]);
    });

    test('not_sent keeps the order from being claimed for as long as it says', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      const before = Date.now();
      await record(plan, answerTo(order, 'not_sent', { waitMs: 60_000 }));
      const { notBefore } = await given.orderRow(order.id);
      expect(notBefore!.getTime() - before).toBeGreaterThan(59_000);
      expect(await given.claim(plan)).toEqual([]);
    });

    test.each([
      ['filled', 10],
      ['unknown', 0],
      ['unknown', 10],
      ['not_sent', 0],
      ['throttled', 0],
    ] as const)(
      '%s that names %i numbers changes nothing when it is recorded again',
      async (outcome, named) => {
        const plan = await given.newPlan();
        const order = await given.claimOne(plan);
        const answer = answerTo(order, outcome, { numbers: newNumbers(named) });
        expect(await record(plan, answer)).toHaveLength(1);
        await changesNothing(plan, answer);
      },
    );

    test('that was unclear changes nothing when it comes again after a settlement', async () => {
      const plan = await given.newPlan();
      const { order, answer } = await given.sendOne(plan, 'unknown', { numbers: newNumbers(10) });
      await given.settleOrder(order.id, { nothing: true }, BY, { againstEvidence: true });
      await changesNothing(plan, answer);
    });

    test('that is a sale is disputed after an unclear one of its attempt was settled', async () => {
      const plan = await given.newPlan();
      const { order, answer } = await given.sendOne(plan, 'unknown', { numbers: newNumbers(10) });
      await given.settleOrder(order.id, { nothing: true }, BY, { againstEvidence: true });
      await record(plan, answerTo(order, 'filled', { numbers: answer.numbers }));
      expect(await given.numbersOf(order.id, 'disputes')).toEqual(answer.numbers);
    });

    test('to an attempt that was not made is not taken', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      expect(await record(plan, answerTo({ ...order, attempt: 2 }, 'refused'))).toEqual([]);
      expect(await given.orderRow(order.id)).toMatchObject({ state: 'sending' });
    });
  });

  describe('an answer that ends its order', () => {
    const soldElsewhere = async () => {
      const plan = await given.newPlan();
      return (await given.sendOne(plan, 'filled')).answer.numbers;
    };

    /** All that an answer changed, without what differs from order to order. */
    const recordedBy = async (plan: SmallPlan, answerOf: (order: ClaimedOrder) => AnswerRecord) => {
      const order = await given.claimOne(plan);
      const recorded = await record(plan, answerOf(order));
      return {
        recorded: recorded.map(({ orderId, ...rest }) => ({ ...rest, isIt: orderId === order.id })),
        order: await given.orderRow(order.id),
        attempts: await given.attemptsOf(order.id),
        numbers: (await given.numbersOf(order.id)).length,
        disputes: (await given.numbersOf(order.id, 'disputes')).length,
        breaches: await breaches(plan),
      };
    };

    test.each([
      ['filled', 'with all its numbers', 10, 0],
      ['filled', 'with one of another order', 9, 1],
      ['filled', 'with none of its own', 0, 10],
      ['short', 'with some', 4, 0],
      ['short', 'with none', 0, 0],
      ['short', 'with some of another order', 4, 2],
      ['refused', 'with none', 0, 0],
    ] as const)('%s %s, is recorded alike beside trouble and without', async (...row) => {
      const [outcome, , own, foreign] = row;
      const taken = await soldElsewhere();
      const answerOf = (order: ClaimedOrder) =>
        answerTo(order, outcome, { numbers: [...newNumbers(own), ...taken.slice(0, foreign)] });
      const well = await given.newPlan();
      const troubled = await given.newPlan();
      await given.sql(`update ledger.accounts set recent = 'u' where id = $1`, [
        troubled.account.id,
      ]);
      expect(await recordedBy(well, answerOf)).toEqual(await recordedBy(troubled, answerOf));
    });
  });

  test('unknown answers among others are not in a row', async () => {
    const plan = await given.newPlan({ lines: linesOf(...Array(10).fill(3)) });
    const orders = await given.claim(plan);
    const answers = orders.map((order, n) => answerTo(order, n % 2 ? 'filled' : 'unknown'));
    const recorded = await record(plan, ...answers);
    expect(recorded.map(({ pausedReason }) => pausedReason)).toEqual(Array(10).fill(null));
  });

  test('answers to many orders at once says what became of each', async () => {
    const outcomes = ['filled', 'short', 'refused', 'unknown', 'not_sent'] as const;
    const plan = await given.newPlan({ lines: linesOf(...Array(40).fill(3)) });
    const orders = await given.claim(plan);
    const answers = orders.map((order, n) => answerTo(order, outcomes[n % 5]!));
    const recorded = await record(plan, ...answers.toReversed());
    const states = new Map(recorded.map(({ orderId, state }) => [orderId, state]));
    expect(orders.map(({ id }) => states.get(id))).toEqual(answers.map(({ state }) => state));
    expect(await given.findPlan(plan.id)).toMatchObject({
      bought: 24,
      short: 24,
      refused: 24,
      unknown: 24,
      pending: 24,
      unknownOrders: 8,
      pendingOrders: 8,
    });
    expect(await breaches(plan)).toEqual([]);
  });

  test('an order that leaves a state as one of another size enters it counts once', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 3) });
    const ten = await given.expireOne(plan);
    const three = await given.claimOne(plan, plan.orders[1]);
    // Both in one statement: the late answer of the one, and the lost answer of the other.
    await record(plan, answerTo(ten, 'refused'), answerTo(three, 'unknown'));
    const counts = { refused: 10, unknown: 3, pending: 0 };
    expect(await given.findPlan(plan.id)).toMatchObject(counts);
    expect(await breaches(plan)).toEqual([]);
  });
});
