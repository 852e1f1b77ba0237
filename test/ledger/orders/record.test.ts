import { describe, expect, test } from 'vitest';
import {
  type AnswerRecord,
  type ClaimedOrder,
  findPlan,
  recordAnswers,
  settleOrder,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { attemptsOf, breachesOf, numbersOf, orderRow, sql } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import {
  answerTo,
  claim,
  claimOne,
  expireOne,
  newNumbers,
  sendOne,
} from '../../support/sending.ts';

describeOnBothDrivers('recording', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    recordAnswers(given.ledger, plan.account.id, answers);

  const breaches = (plan: SmallPlan) => breachesOf(given.ledger, plan.id);

  const changesNothing = async (plan: SmallPlan, answer: AnswerRecord) => {
    const { ledger } = given;
    const account = 'select recent, throttles, resume_at from ledger.accounts where id = $1';
    const look = async () => [
      await orderRow(ledger, answer.orderId),
      await attemptsOf(ledger, answer.orderId),
      await sql(ledger, account, [plan.account.id]),
      await numbersOf(ledger, answer.orderId, 'disputes'),
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
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      const what = 'no more of these';
      const answer = answerTo(order, outcome, { what, status: 503, body: '<xml/>' });
      const { state, bought } = expected;
      const pausedReason =
        outcome === 'credentials' ? `The vendor does not accept the keys: ${what}` : null;
      expect(await record(plan, answer)).toEqual([
        { orderId: order.id, state, bought, disputed: 0, pausedReason },
      ]);
      const row = { attempts: 1, connectFailures: 0, reason: null, ...expected };
      expect(await orderRow(given.ledger, order.id)).toMatchObject(row);
      expect(await attemptsOf(given.ledger, order.id)).toEqual([
        { no: 1, outcome, status: 503, what, body: '<xml/>', baseline: null, isAnswered: true },
      ]);
      expect(await numbersOf(given.ledger, order.id)).toEqual(answer.numbers);
      expect(await breaches(plan)).toEqual([]);
    });

    test('short keeps each of the numbers that were sold', async () => {
      const plan = await newPlan(given.ledger);
      const numbers = newNumbers(9);
      const answer = { numbers: numbers.toReversed() };
      const { order } = await sendOne(given.ledger, plan, 'short', answer);
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'short', bought: 9 });
      expect(await numbersOf(given.ledger, order.id)).toEqual(numbers);
    });

    test('not_sent after the last try makes the order undelivered', async () => {
      const plan = await newPlan(given.ledger);
      const last = { state: 'undelivered', waitMs: null, what: 'DNS' } as const;
      const { order } = await sendOne(given.ledger, plan, 'not_sent', last);
      const expected = { state: 'undelivered', connectFailures: 1, reason: 'DNS', notBefore: null };
      expect(await orderRow(given.ledger, order.id)).toMatchObject(expected);
      expect(await breaches(plan)).toEqual([]);
    });

    test('not_sent keeps the order from being claimed for as long as it says', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      const before = Date.now();
      await record(plan, answerTo(order, 'not_sent', { waitMs: 60_000 }));
      const { notBefore } = await orderRow(given.ledger, order.id);
      expect(notBefore!.getTime() - before).toBeGreaterThan(59_000);
      expect(await claim(given.ledger, plan)).toEqual([]);
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
        const { ledger } = given;
        const plan = await newPlan(ledger);
        const order = await claimOne(ledger, plan);
        const answer = answerTo(order, outcome, { numbers: newNumbers(named) });
        expect(await record(plan, answer)).toHaveLength(1);
        await changesNothing(plan, answer);
      },
    );

    test('that was unclear changes nothing when it comes again after a settlement', async () => {
      const { ledger } = given;
      const plan = await newPlan(ledger);
      const { order, answer } = await sendOne(ledger, plan, 'unknown', { numbers: newNumbers(10) });
      await settleOrder(ledger, order.id, { nothing: true }, BY, { againstEvidence: true });
      await changesNothing(plan, answer);
    });

    test('that is a sale is disputed after an unclear one of its attempt was settled', async () => {
      const { ledger } = given;
      const plan = await newPlan(ledger);
      const { order, answer } = await sendOne(ledger, plan, 'unknown', { numbers: newNumbers(10) });
      await settleOrder(ledger, order.id, { nothing: true }, BY, { againstEvidence: true });
      await record(plan, answerTo(order, 'filled', { numbers: answer.numbers }));
      expect(await numbersOf(ledger, order.id, 'disputes')).toEqual(answer.numbers);
    });

    test('to an attempt that was not made is not taken', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      expect(await record(plan, answerTo({ ...order, attempt: 2 }, 'refused'))).toEqual([]);
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'sending' });
    });
  });

  describe('an answer that ends its order', () => {
    const soldElsewhere = async () => {
      const plan = await newPlan(given.ledger);
      return (await sendOne(given.ledger, plan, 'filled')).answer.numbers;
    };

    /** All that an answer changed, without what differs from order to order. */
    const recordedBy = async (plan: SmallPlan, answerOf: (order: ClaimedOrder) => AnswerRecord) => {
      const order = await claimOne(given.ledger, plan);
      const recorded = await record(plan, answerOf(order));
      return {
        recorded: recorded.map(({ orderId, ...rest }) => ({ ...rest, isIt: orderId === order.id })),
        order: await orderRow(given.ledger, order.id),
        attempts: await attemptsOf(given.ledger, order.id),
        numbers: (await numbersOf(given.ledger, order.id)).length,
        disputes: (await numbersOf(given.ledger, order.id, 'disputes')).length,
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
      const well = await newPlan(given.ledger);
      const troubled = await newPlan(given.ledger);
      await sql(given.ledger, `update ledger.accounts set recent = 'u' where id = $1`, [
        troubled.account.id,
      ]);
      expect(await recordedBy(well, answerOf)).toEqual(await recordedBy(troubled, answerOf));
    });
  });

  test('unknown answers among others are not in a row', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(...Array(10).fill(3)) });
    const orders = await claim(given.ledger, plan);
    const answers = orders.map((order, n) => answerTo(order, n % 2 ? 'filled' : 'unknown'));
    const recorded = await record(plan, ...answers);
    expect(recorded.map(({ pausedReason }) => pausedReason)).toEqual(Array(10).fill(null));
  });

  test('answers to many orders at once says what became of each', async () => {
    const outcomes = ['filled', 'short', 'refused', 'unknown', 'not_sent'] as const;
    const plan = await newPlan(given.ledger, { lines: linesOf(...Array(40).fill(3)) });
    const orders = await claim(given.ledger, plan);
    const answers = orders.map((order, n) => answerTo(order, outcomes[n % 5]!));
    const recorded = await record(plan, ...answers.toReversed());
    const states = new Map(recorded.map(({ orderId, state }) => [orderId, state]));
    expect(orders.map(({ id }) => states.get(id))).toEqual(answers.map(({ state }) => state));
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({
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
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 3) });
    const ten = await expireOne(given.ledger, plan);
    const three = await claimOne(given.ledger, plan, plan.orders[1]);
    // Both in one statement: the late answer of the one, and the lost answer of the other.
    await record(plan, answerTo(ten, 'refused'), answerTo(three, 'unknown'));
    const counts = { refused: 10, unknown: 3, pending: 0 };
    expect(await findPlan(given.ledger, plan.id)).toMatchObject(counts);
    expect(await breaches(plan)).toEqual([]);
  });
});
