import { describe, expect, test } from 'vitest';
import {
  type AnswerRecord,
  auditLedger,
  type ClaimedOrder,
  claimOrders,
  endPlans,
  expireAttempts,
  findPlan,
  planEvents,
  recordAnswers,
  settleOrder,
  steerPlan,
} from '../../../src/ledger/index.ts';
import {
  answerTo,
  claim,
  claimOne,
  describeOnBothMakes,
  linesOf,
  newNumbers,
  newPlan,
  orderRow,
  type SmallPlan,
  sql,
} from '../../support/ledger.ts';

const BY = { who: 'Ada', why: 'asked the vendor' };
/** It is known from elsewhere, whatever speaks against it. */
const ANYHOW = { againstEvidence: true };

describeOnBothMakes('recording', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    recordAnswers(given.ledger, plan.account.id, answers);

  const attemptsOf = (id: number) =>
    sql(
      given.ledger,
      `select no, outcome, status, what, body, answered_at is not null as answered
       from ledger.attempts where order_id = $1 order by no`,
      [id],
    );

  const numbersOf = async (id: number) => {
    const text = 'select number::text from ledger.numbers where order_id = $1 order by number';
    return (await sql<{ number: string }>(given.ledger, text, [id])).map((row) => row.number);
  };

  const breaches = async (plan: SmallPlan) =>
    (await auditLedger(given.ledger, plan.id)).flatMap((result) => result.breaches);

  /** Its deadline has passed, and the sweep has come by. */
  const expired = async (plan: SmallPlan, id?: number): Promise<ClaimedOrder> => {
    const order = await claimOne(given.ledger, plan, id, { deadlineMs: -1 });
    expect(await expireAttempts(given.ledger, plan.account.id)).toEqual([order.id]);
    return order;
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
      expect(await attemptsOf(order.id)).toEqual([
        { no: 1, outcome, status: 503, what, body: '<xml/>', answered: true },
      ]);
      expect(await numbersOf(order.id)).toEqual(answer.numbers);
      expect(await breaches(plan)).toEqual([]);
    });

    test('short keeps each of the numbers that were sold', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      const numbers = newNumbers(9);
      await record(plan, answerTo(order, 'short', { numbers: numbers.toReversed() }));
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'short', bought: 9 });
      expect(await numbersOf(order.id)).toEqual(numbers);
    });

    test('not_sent after the last try makes the order undelivered', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      const last = answerTo(order, 'not_sent', { state: 'undelivered', waitMs: null, what: 'DNS' });
      await record(plan, last);
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

    test.each(['filled', 'unknown', 'not_sent', 'throttled'] as const)(
      '%s that is recorded again changes nothing',
      async (outcome) => {
        const { ledger } = given;
        const plan = await newPlan(ledger);
        const order = await claimOne(ledger, plan);
        const answer = answerTo(order, outcome);
        const look = async () => [
          await orderRow(ledger, order.id),
          await attemptsOf(order.id),
          await sql(
            ledger,
            'select recent, throttles, resume_at from ledger.accounts where id = $1',
            [plan.account.id],
          ),
          await sql(ledger, 'select number from ledger.disputes where order_id = $1', [order.id]),
        ];
        expect(await record(plan, answer)).toHaveLength(1);
        const before = await look();
        expect(await record(plan, answer)).toEqual([]);
        expect(await look()).toEqual(before);
      },
    );

    test('to an attempt that was not made is not taken', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      expect(await record(plan, answerTo({ ...order, attempt: 2 }, 'refused'))).toEqual([]);
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'sending' });
    });
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

  describe('after the deadline', () => {
    test('an order without an answer is unknown, and says who was sending it', async () => {
      const plan = await newPlan(given.ledger, { lines: linesOf(50) });
      const [late, inTime] = plan.orders as [number, number];
      await claimOne(given.ledger, plan, inTime);
      await claimOne(given.ledger, plan, late, { deadlineMs: -1, worker: 'worker 9' });
      const other = await newPlan(given.ledger);
      expect(await expireAttempts(given.ledger, other.account.id)).toEqual([]);
      expect(await expireAttempts(given.ledger, plan.account.id)).toEqual([late]);
      expect(await expireAttempts(given.ledger, plan.account.id)).toEqual([]);
      const reason = expect.stringMatching('No answer was recorded .*: worker worker 9 ended');
      expect(await orderRow(given.ledger, late)).toMatchObject({ state: 'unknown', reason });
      expect(await attemptsOf(late)).toMatchObject([{ outcome: 'unknown', answered: false }]);
      expect(await orderRow(given.ledger, inTime)).toMatchObject({ state: 'sending' });
    });

    test.each([
      ['filled', 'filled', 10],
      ['short', 'short', 0],
      ['refused', 'refused', 0],
      ['unknown', 'unknown', 0],
      ['not_sent', 'waiting', 0],
      ['throttled', 'waiting', 0],
    ] as const)('an answer %s is evidence and is taken', async (outcome, state, bought) => {
      const plan = await newPlan(given.ledger);
      const order = await expired(plan);
      const answer = answerTo(order, outcome);
      expect(await record(plan, answer)).toMatchObject([{ state, bought }]);
      expect(await attemptsOf(order.id)).toMatchObject([{ outcome, answered: true }]);
      expect(await record(plan, answer)).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('a finished plan runs again when the answer is that nothing was sent', async () => {
      const { ledger } = given;
      const plan = await newPlan(ledger);
      const order = await expired(plan);
      await endPlans(ledger, plan.account.id);
      expect(await findPlan(ledger, plan.id)).toMatchObject({ state: 'finished', unknown: 10 });
      await record(plan, answerTo(order, 'not_sent'));
      const again = { state: 'running', endedAt: null, unknown: 0, pending: 10 };
      expect(await findPlan(ledger, plan.id)).toMatchObject(again);
      expect(await claim(ledger, plan)).toMatchObject([{ id: order.id, attempt: 2 }]);
    });

    test('a plan that was cancelled cancels the order when nothing was sent', async () => {
      const { ledger } = given;
      const plan = await newPlan(ledger);
      const order = await expired(plan);
      await steerPlan(ledger, plan.id, 'cancel', BY);
      await endPlans(ledger, plan.account.id);
      expect((await findPlan(ledger, plan.id)).endedAt).not.toBeNull();
      await record(plan, answerTo(order, 'not_sent'));
      await endPlans(ledger, plan.account.id);
      const ended = { state: 'cancelled', cancelled: 10, endedAt: expect.any(Date) };
      expect(await findPlan(ledger, plan.id)).toMatchObject(ended);
    });

    test.each(['waiting', 'cancelled'] as const)(
      'an order that was settled as nothing and is %s takes its success all the same',
      async (state) => {
        const { ledger } = given;
        const plan = await newPlan(ledger, { lines: linesOf(2, 3) });
        const order = await expired(plan);
        await settleOrder(ledger, order.id, { nothing: true }, BY, ANYHOW);
        if (state === 'cancelled') {
          await steerPlan(ledger, plan.id, 'cancel', BY);
          await endPlans(ledger, plan.account.id);
        }
        expect(await orderRow(ledger, order.id)).toMatchObject({ state });
        const late = answerTo(order, 'filled');
        expect(await record(plan, late)).toMatchObject([{ state: 'filled', bought: 2 }]);
        expect(await numbersOf(order.id)).toEqual([...late.numbers].sort());
        expect(await claim(ledger, plan, [order.id])).toEqual([]);
        const detail = { was: state, state: 'filled', bought: 2 };
        expect((await planEvents(ledger, plan.id))[0]).toMatchObject({
          kind: 'order_answered_late',
          orderId: order.id,
          detail,
        });
        expect(await breaches(plan)).toEqual([]);
      },
    );

    test('a refusal after its order was settled as nothing changes nothing', async () => {
      const plan = await newPlan(given.ledger);
      const order = await expired(plan);
      await settleOrder(given.ledger, order.id, { nothing: true }, BY, ANYHOW);
      expect(await record(plan, answerTo(order, 'refused'))).toEqual([]);
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'waiting' });
    });

    test('an order that was sent again refuses the answer and disputes its numbers', async () => {
      const { ledger } = given;
      const plan = await newPlan(ledger);
      const order = await expired(plan);
      await settleOrder(ledger, order.id, { nothing: true }, BY, ANYHOW);
      const claimant = { accountId: plan.account.id, worker: 'worker 2', deadlineMs: 60_000 };
      const [second] = await claimOrders(ledger, [order.id], claimant);
      const late = answerTo(order, 'filled', { what: 'sold after all' });
      expect(await record(plan, late)).toEqual([]);
      expect(await orderRow(ledger, order.id)).toMatchObject({ state: 'sending', attempts: 2 });
      expect(await numbersOf(order.id)).toEqual([]);
      const disputed = 'select number::text from ledger.disputes where order_id = $1 order by 1';
      const named = late.numbers.map((number) => ({ number }));
      expect(await sql(ledger, disputed, [order.id])).toEqual(named);
      // What came is kept with the attempt; what was settled of it stands.
      expect(await attemptsOf(order.id)).toMatchObject([
        { no: 1, outcome: 'nothing', what: 'sold after all', answered: true },
        { no: 2, outcome: null, answered: false },
      ]);
      expect(await record(plan, answerTo(second!, 'filled'))).toMatchObject([{ state: 'filled' }]);
      const broken = (await auditLedger(ledger, plan.id)).filter((law) => law.breaches.length > 0);
      expect(broken.map(({ law }) => law)).toEqual(['no_surplus', 'bought_as_asked']);
    });

    test('an answer that names what was settled disputes nothing', async () => {
      const plan = await newPlan(given.ledger);
      const order = await expired(plan);
      const late = answerTo(order, 'filled');
      await settleOrder(given.ledger, order.id, { bought: late.numbers }, BY, ANYHOW);
      expect(await record(plan, late)).toEqual([]);
      const disputed = 'select 1 from ledger.disputes where order_id = $1';
      expect(await sql(given.ledger, disputed, [order.id])).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });
  });
});
