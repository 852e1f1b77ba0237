import { describe, expect, test } from 'vitest';
import { lockAccountFor } from '../../src/ledger/account-lock.ts';
import { expireAttempts, openSuccessors, settleOrder } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { withBefore } from '../support/ledger.ts';
import { describeOnPostgres } from '../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers, record } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { handlesOn, heldUp, untilWaiting } from './held-up.ts';

const ones = (count: number) => linesOf(...Array(count).fill(1));

describeOnPostgres('answers recorded by several handles at once', (given) => {
  const handles = handlesOn(given);

  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  describe('record', () => {
    test('batches that overlap without waiting for each other in a circle', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await given.newPlan({ lines: ones(60) });
        const answers = (await given.claim(plan)).map((o) => answerTo(o, 'filled'));
        const batches = [answers, answers.toReversed(), answers.slice(20), answers.slice(0, 40)];
        const recorded = await Promise.all(
          handles.map((ledger, n) => record(ledger, plan, ...batches[n]!)),
        );
        const taken = recorded.flat().map((each) => each.orderId);
        expect(taken.toSorted((a, b) => a - b)).toEqual(plan.orders);
        expect(await given.findPlan(plan.id)).toMatchObject({ bought: 60, pending: 0 });
        expect(await breaches(plan)).toEqual([]);
      }
    });

    test('the same numbers for different orders, and each number goes to one', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await given.newPlan({ lines: linesOf(10, 10, 10, 10) });
        const numbers = newNumbers(10);
        const orders = await given.claim(plan);
        await Promise.all(
          handles.map((ledger, n) => {
            const named = n % 2 ? numbers : numbers.toReversed();
            return record(ledger, plan, answerTo(orders[n]!, 'filled', { numbers: named }));
          }),
        );
        const totals = await given.findPlan(plan.id);
        expect(totals).toMatchObject({ bought: 10, unknown: 30, unknownOrders: 3 });
        expect(await breaches(plan)).toEqual([]);
      }
    });

    test('the same answer once, though part of it is disputed', async () => {
      const plan = await given.newPlan({ lines: linesOf(1, 3) });
      const [first, second] = await given.claim(plan);
      const sold = answerTo(first!, 'filled');
      await given.record(plan, sold);
      const numbers = [...sold.numbers, ...newNumbers(2)];
      const answer = answerTo(second!, 'filled', { numbers });
      const recorded = await heldUp(
        given,
        `select 1 from ledger.orders where id = ${second!.id} for update`,
        handles.slice(0, 2).map((ledger) => () => record(ledger, plan, answer)),
      );
      expect(recorded.map((each) => each.length).sort()).toEqual([0, 1]);
      expect(await given.orderRow(second!.id)).toMatchObject({ state: 'unknown', bought: 2 });
      expect(await given.numbersOf(second!.id, 'disputes')).toEqual(sold.numbers);
      expect(await breaches(plan)).toEqual([]);
    });

    test('the same unclear answer once, and its numbers are evidence', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      const answer = answerTo(order, 'unknown', { numbers: newNumbers(10) });
      const recorded = await heldUp(
        given,
        `select 1 from ledger.orders where id = ${order.id} for update`,
        handles.slice(0, 2).map((ledger) => () => record(ledger, plan, answer)),
      );
      expect(recorded.map((each) => each.length).sort()).toEqual([0, 1]);
      expect(await given.numbersOf(order.id, 'disputes')).toEqual([]);
    });

    test('different answers to one attempt, and one of them is taken', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan);
      const answers = [answerTo(order, 'unknown'), answerTo(order, 'short')];
      const recorded = await heldUp(
        given,
        `select 1 from ledger.orders where id = ${order.id} for update`,
        answers.map((answer, n) => () => record(handles[n]!, plan, answer)),
      );
      expect(recorded.flat()).toHaveLength(1);
      expect(await breaches(plan)).toEqual([]);
    });

    test('unknown answers, and the breaker misses none', async () => {
      for (let round = 0; round < 10; round++) {
        const plan = await given.newPlan({ lines: ones(5) });
        const orders = await given.claim(plan);
        const lock = `select 1 from ledger.accounts where id = ${plan.account.id} for update`;
        await heldUp(
          given,
          lock,
          handles.map((ledger, n) => () => record(ledger, plan, answerTo(orders[n]!, 'unknown'))),
        );
        expect(await given.findAccount(plan.account.name)).toMatchObject({ pausedReason: null });
        await given.record(plan, answerTo(orders[4]!, 'unknown'));
        expect(await given.findAccount(plan.account.name)).toMatchObject({
          pausedReason: expect.stringMatching('last 5'),
        });
      }
    });

    test('refused keys, and one event says so', async () => {
      const plan = await given.newPlan({ lines: ones(4) });
      const orders = await given.claim(plan);
      await heldUp(
        given,
        `select 1 from ledger.accounts where id = ${plan.account.id} for update`,
        handles.map((ledger, n) => () => record(ledger, plan, answerTo(orders[n]!, 'credentials'))),
      );
      const events = `select 1 from ledger.events where account_id = $1 and kind =
        'account_paused'`;
      expect(await given.sql(events, [plan.account.id])).toHaveLength(1);
    });

    test('an answer and the end of its deadline, and the answer wins', async () => {
      const account = await given.newAccount();
      for (let round = 0; round < 10; round++) {
        const plan = await given.newPlan({ account, lines: ones(20) });
        const orders = await given.claim(plan, plan.orders, { deadlineMs: -1 });
        await Promise.all([
          ...handles.map((ledger) => expireAttempts(ledger, account.id)),
          ...orders.map((order, n) => record(handles[n % 4]!, plan, answerTo(order, 'filled'))),
        ]);
        expect(await given.findPlan(plan.id)).toMatchObject({ bought: 20, unknown: 0 });
        expect(await breaches(plan)).toEqual([]);
      }
    });
  });

  describe('late, while others say what orders of the account bought', () => {
    /** Orders of one number each that are unknown, for their answers have not come in time. */
    const lateOrders = async (count: number) => {
      const plan = await given.newPlan({ lines: ones(count) });
      const orders = await given.claim(plan, plan.orders.slice(1), { deadlineMs: -1 });
      await given.expireAttempts(plan.account.id);
      return { plan, orders };
    };
    const whileHeld = ({ account }: SmallPlan, work: () => Promise<void>) =>
      given.another().transaction(async (tx) => {
        await lockAccountFor(tx, 'settling', account.id);
        await work();
      });

    test('are recorded before those settle who asked later', async () => {
      const { plan, orders } = await lateOrders(3);
      const [late, other] = orders.map(({ id }) => id);
      let both: Promise<unknown> = Promise.resolve();
      await whileHeld(plan, async () => {
        const recording = record(handles[0]!, plan, answerTo(orders[0]!, 'filled'));
        await untilWaiting(given.ledger, 1);
        both = Promise.all([recording, settleOrder(handles[1]!, other!, NOTHING, BY, ANYHOW)]);
        await untilWaiting(given.ledger, 2);
      });
      await both;
      const kinds = ['order_answered_late', 'order_settled'];
      const events = (await given.planEvents(plan.id)).filter(({ kind }) => kinds.includes(kind));
      expect(events.map(({ orderId }) => orderId)).toEqual([other, late]);
    });

    test('are recorded though one before them could not be', async () => {
      const { plan, orders } = await lateOrders(3);
      let refusals = 1;
      const refusing = withBefore(given.ledger, 'advisory_xact_lock', async () => {
        if (refusals-- > 0) throw new Error('not now');
      });
      const done = await Promise.allSettled(
        orders.map((order) => record(refusing, plan, answerTo(order, 'filled'))),
      );
      expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  });

  /** The sweep has read that a family may go on; its first order had sold all that it lacks. */
  test.each(['before', 'while'] as const)(
    'do not ask again for a sale that is told %s a successor is made',
    async (when) => {
      const { ledger, another } = given;
      const plan = await given.ladderPlan({ quantities: [10] });
      const { order: first, named } = await given.settleInPart(plan);
      const tell = () => record(ledger, plan, answerTo(first, 'filled', { numbers: named }));
      if (when === 'before') await tell();
      let opening: Promise<unknown> = Promise.resolve();
      let told: Promise<unknown> = Promise.resolve();
      await another().transaction(async (tx) => {
        await tx.script('lock table ledger.lines in share mode');
        opening = openSuccessors(another(), plan.account.id, 3_600_000);
        if (when === 'while') {
          await untilWaiting(ledger, 1);
          // It waits for the sweep, which settles too.
          told = tell();
          await untilWaiting(ledger, 2);
        }
      });
      await Promise.all([opening, told]);
      expect(await given.numbersOf(first.id, 'disputes')).toHaveLength(7);
      const sent = await given.claim(plan, [first.id + 1]);
      expect(sent.map(({ id, quantity }) => ({ id, quantity }))).toEqual([]);
    },
  );

  // An ended plan goes on by them, and is compared with the list, which may be kept just now.
  test('leave a successor to the next sweep while a list is kept', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    await given.settleInPart(plan);
    const open = () => given.openSuccessors(plan.account.id, 3_600_000);
    await given.another().transaction(async (tx) => {
      await lockAccountFor(tx, 'settling', plan.account.id);
      expect(await open()).toBe(0);
    });
    expect(await open()).toBe(1);
  });
});
