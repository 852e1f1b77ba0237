import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AnswerRecord,
  auditLedger,
  endPlans,
  expireAttempts,
  findAccount,
  findPlan,
  type Ledger,
  recordAnswers,
  retryPlan,
  settleOrder,
  steerPlan,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import {
  answerTo,
  claim,
  claimOne,
  describeOnPostgres,
  linesOf,
  newAccount,
  newNumbers,
  newPlan,
  orderRow,
  type SmallPlan,
  sql,
} from '../support/ledger.ts';
import { until } from '../support/until.ts';

const BY = { who: 'Ada', why: 'asked the vendor' };
const ones = (count: number) => linesOf(...Array(count).fill(1));

describeOnPostgres('several handles at once', (given) => {
  let handles: Ledger[];
  beforeAll(() => {
    handles = Array.from({ length: 4 }, given.another);
  });

  const record = (ledger: Ledger, plan: SmallPlan, answers: AnswerRecord[]) =>
    recordAnswers(ledger, plan.account.id, answers);
  const breaches = async (plan: SmallPlan) =>
    (await auditLedger(given.ledger, plan.id)).flatMap((result) => result.breaches);

  /**
   * Runs `operations` while the lock is held; it is given back when all of them wait for somebody.
   */
  async function heldUp<T>(lock: string, operations: (() => Promise<T>)[]): Promise<T[]> {
    const waiting = `select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    let started: Promise<T>[] = [];
    await given.another().transaction(async (tx) => {
      await tx.script(lock);
      for (const [n, operation] of operations.entries()) {
        started = [...started, operation()];
        await until(async () => (await sql(given.ledger, waiting)).length === n + 1, {
          what: `${n + 1} wait`,
        });
      }
    });
    return Promise.all(started);
  }

  describe('taking back a settlement', () => {
    /** Settled as nothing before its worker has been heard. */
    const settledPlan = async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan, undefined, { deadlineMs: -1 });
      await expireAttempts(given.ledger, plan.account.id);
      await settleOrder(given.ledger, order.id, { nothing: true }, BY);
      return { plan, order, lock: `select from ledger.orders where id = ${order.id} for update` };
    };
    const undo = (plan: SmallPlan) =>
      unsettleOrder(handles[1]!, plan.orders[0]!, BY).catch(({ code }) => code);

    test('comes too late when the order is claimed at the same moment', async () => {
      const { plan, lock } = await settledPlan();
      const both = await heldUp<unknown>(lock, [() => claim(handles[0]!, plan), () => undo(plan)]);
      expect(both).toEqual([[expect.objectContaining({ attempt: 2 })], 'wrong_state']);
      expect(await breaches(plan)).toEqual([]);
    });

    test('is in time when the order would be claimed after it', async () => {
      const { plan, lock } = await settledPlan();
      const both = await heldUp<unknown>(lock, [() => undo(plan), () => claim(handles[0]!, plan)]);
      expect(both).toEqual([expect.objectContaining({ state: 'unknown' }), []]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('leaves what the vendor answers at the same moment', async () => {
      const { plan, order, lock } = await settledPlan();
      const both = await heldUp<unknown>(lock, [
        () => record(handles[0]!, plan, [answerTo(order, 'filled')]),
        () => undo(plan),
      ]);
      expect(both).toEqual([[expect.objectContaining({ state: 'filled' })], 'wrong_state']);
      expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'filled', bought: 10 });
    });
  });

  describe('claim', () => {
    test('each order once, in batches that overlap', async () => {
      const plan = await newPlan(given.ledger, { lines: ones(200) });
      const batchOf = (n: number) => plan.orders.filter((id) => id % 7 !== n && id % 3 !== n % 3);
      const rounds = await Promise.all(
        handles.flatMap((ledger, n) => [
          claim(ledger, plan, batchOf(n)),
          claim(ledger, plan, batchOf(n + 1)),
          claim(ledger, plan),
        ]),
      );
      const claimed = rounds.flat().map((order) => order.id);
      expect(claimed.toSorted((a, b) => a - b)).toEqual(plan.orders);
      expect(await breaches(plan)).toEqual([]);
    });

    test('one order, one at a time, over and over', async () => {
      const plan = await newPlan(given.ledger, { lines: ones(100) });
      const winners = await Promise.all(
        plan.orders.map((id) => Promise.all(handles.map((ledger) => claim(ledger, plan, [id])))),
      );
      expect(winners.map((won) => won.flat().length)).toEqual(Array(100).fill(1));
      expect(await breaches(plan)).toEqual([]);
    });
  });

  describe('record', () => {
    test('batches that overlap without waiting for each other in a circle', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await newPlan(given.ledger, { lines: ones(60) });
        const answers = (await claim(given.ledger, plan)).map((o) => answerTo(o, 'filled'));
        const batches = [answers, answers.toReversed(), answers.slice(20), answers.slice(0, 40)];
        const recorded = await Promise.all(
          handles.map((ledger, n) => record(ledger, plan, batches[n]!)),
        );
        const taken = recorded.flat().map((each) => each.orderId);
        expect(taken.toSorted((a, b) => a - b)).toEqual(plan.orders);
        expect(await findPlan(given.ledger, plan.id)).toMatchObject({ bought: 60, pending: 0 });
        expect(await breaches(plan)).toEqual([]);
      }
    });

    test('the same numbers for different orders, and each number goes to one', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await newPlan(given.ledger, { lines: linesOf(10, 10, 10, 10) });
        const numbers = newNumbers(10);
        const orders = await claim(given.ledger, plan);
        await Promise.all(
          handles.map((ledger, n) => {
            const named = n % 2 ? numbers : numbers.toReversed();
            return record(ledger, plan, [answerTo(orders[n]!, 'filled', { numbers: named })]);
          }),
        );
        const totals = await findPlan(given.ledger, plan.id);
        expect(totals).toMatchObject({ bought: 10, unknown: 30, unknownOrders: 3 });
        expect(await breaches(plan)).toEqual([]);
      }
    });

    test('the same answer once, though part of it is disputed', async () => {
      const plan = await newPlan(given.ledger, { lines: linesOf(1, 3) });
      const [first, second] = await claim(given.ledger, plan);
      const sold = answerTo(first!, 'filled');
      await record(given.ledger, plan, [sold]);
      const numbers = [...sold.numbers, ...newNumbers(2)];
      const answer = answerTo(second!, 'filled', { numbers });
      const recorded = await heldUp(
        `select 1 from ledger.orders where id = ${second!.id} for update`,
        handles.slice(0, 2).map((ledger) => () => record(ledger, plan, [answer])),
      );
      expect(recorded.map((each) => each.length).sort()).toEqual([0, 1]);
      expect(await orderRow(given.ledger, second!.id)).toMatchObject({
        state: 'unknown',
        bought: 2,
      });
      const disputed = 'select number::text from ledger.disputes where order_id = $1';
      expect(await sql(given.ledger, disputed, [second!.id])).toEqual([
        { number: sold.numbers[0] },
      ]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('different answers to one attempt, and one of them is taken', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      const answers = [answerTo(order, 'unknown'), answerTo(order, 'short')];
      const recorded = await heldUp(
        `select 1 from ledger.orders where id = ${order.id} for update`,
        answers.map((answer, n) => () => record(handles[n]!, plan, [answer])),
      );
      expect(recorded.flat()).toHaveLength(1);
      expect(await breaches(plan)).toEqual([]);
    });

    test('unknown answers, and the breaker misses none', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await newPlan(given.ledger, { lines: ones(5) });
        const orders = await claim(given.ledger, plan);
        const lock = `select 1 from ledger.accounts where id = ${plan.account.id} for update`;
        await heldUp(
          lock,
          handles.map((ledger, n) => () => record(ledger, plan, [answerTo(orders[n]!, 'unknown')])),
        );
        expect(await findAccount(given.ledger, plan.account.name)).toMatchObject({
          pausedReason: null,
        });
        await record(given.ledger, plan, [answerTo(orders[4]!, 'unknown')]);
        expect(await findAccount(given.ledger, plan.account.name)).toMatchObject({
          pausedReason: expect.stringMatching('last 5'),
        });
      }
    });

    test('refused keys, and one event says so', async () => {
      const plan = await newPlan(given.ledger, { lines: ones(4) });
      const orders = await claim(given.ledger, plan);
      await heldUp(
        `select 1 from ledger.accounts where id = ${plan.account.id} for update`,
        handles.map(
          (ledger, n) => () => record(ledger, plan, [answerTo(orders[n]!, 'credentials')]),
        ),
      );
      const events = `select 1 from ledger.events where account_id = $1 and kind =
        'account_paused'`;
      expect(await sql(given.ledger, events, [plan.account.id])).toHaveLength(1);
    });

    test('an answer and the end of its deadline, and the answer wins', async () => {
      const account = await newAccount(given.ledger);
      for (let round = 0; round < 10; round++) {
        const plan = await newPlan(given.ledger, { account, lines: ones(20) });
        const orders = await claim(given.ledger, plan, plan.orders, { deadlineMs: -1 });
        await Promise.all([
          ...handles.map((ledger) => expireAttempts(ledger, account.id)),
          ...orders.map((order, n) => record(handles[n % 4]!, plan, [answerTo(order, 'filled')])),
        ]);
        expect(await findPlan(given.ledger, plan.id)).toMatchObject({ bought: 20, unknown: 0 });
        expect(await breaches(plan)).toEqual([]);
      }
    });
  });

  describe('expire', () => {
    /**
     * Two orders are past their deadline; `operation` is done while the first one's answer is
     * recorded.
     */
    const whileRecording = async (operation: (account: number) => Promise<unknown>) => {
      const plan = await newPlan(given.ledger, { lines: ones(2) });
      const orders = await claim(given.ledger, plan, plan.orders, { deadlineMs: -1 });
      const done = await given.another().transaction(async (tx) => {
        await tx.script(`select from ledger.orders where id = ${orders[0]!.id} for update`);
        return operation(plan.account.id);
      });
      return { done, orders };
    };

    test('what nobody is recording, without waiting for what somebody is', async () => {
      const waitsAtMost = given.another();
      const { done, orders } = await whileRecording((account) =>
        waitsAtMost.transaction(async (tx) => {
          await tx.script('set local lock_timeout = 1000');
          return expireAttempts({ ...waitsAtMost, ...tx }, account);
        }),
      );
      expect(done).toEqual([orders[1]!.id]);
    });
  });

  test('that retries a plan while another one cancels it is refused', async () => {
    const plan = await newPlan(given.ledger);
    const order = await claimOne(given.ledger, plan);
    await record(given.ledger, plan, [answerTo(order, 'refused')]);
    const [, retried] = await heldUp<unknown>('lock table ledger.events in share mode', [
      () => steerPlan(handles[0]!, plan.id, 'cancel', BY),
      () => retryPlan(handles[1]!, plan.id, BY).catch(({ code }) => code),
    ]);
    expect(retried).toBe('wrong_state');
    expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'refused' });
  });

  describe('end a plan', () => {
    /** Everything is done, in this state, and the plan has not been ended yet. */
    const donePlan = async (outcome: 'refused' | 'unknown') => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      await record(given.ledger, plan, [answerTo(order, outcome)]);
      return plan;
    };
    const claimable = async (plan: SmallPlan) => {
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({
        state: 'running',
        pending: 10,
      });
      expect(await claim(given.ledger, plan)).toHaveLength(1);
    };
    const noEvents = 'lock table ledger.events in share mode';

    test('that is being retried, and it runs', async () => {
      const plan = await donePlan('refused');
      await heldUp<unknown>(noEvents, [
        () => retryPlan(handles[0]!, plan.id, BY),
        () => endPlans(handles[1]!, plan.account.id),
      ]);
      await claimable(plan);
    });

    test('of which an order is being settled as nothing, and it runs', async () => {
      const plan = await donePlan('unknown');
      await heldUp<unknown>(noEvents, [
        () => settleOrder(handles[0]!, plan.orders[0]!, { nothing: true }, BY),
        () => endPlans(handles[1]!, plan.account.id),
      ]);
      await claimable(plan);
    });

    test('whose last order learns late that it was not sent, and it runs', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan, undefined, { deadlineMs: -1 });
      await expireAttempts(given.ledger, plan.account.id);
      await heldUp<unknown>('lock table ledger.tallies in share mode', [
        () => record(handles[0]!, plan, [answerTo(order, 'not_sent')]),
        () => endPlans(handles[1]!, plan.account.id),
      ]);
      await claimable(plan);
    });
  });
});
