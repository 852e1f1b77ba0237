import { describe, expect, test } from 'vitest';
import { namesAll } from '../../../src/ledger/approvals/find.ts';
import { codeOf } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { newNumbers } from '../../support/sending.ts';
import { NOTHING } from '../../support/settling.ts';
import { BOB, GRACE, peopleOn, THRESHOLD } from './careful.ts';

describeOnALedger('what is sent again', (given) => {
  const { careful, asked, yes, no, approvals, answered, refuse } = peopleOn(given);

  describe('a retry', () => {
    const retry = (plan: SmallPlan, by = BOB) => given.retryPlan(plan.id, by);

    test('above the threshold waits for a yes to these very orders', async () => {
      const plan = await answered(3, 'refused');
      await given.endPlans(plan.account.id);
      const id = await asked(retry(plan));
      expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'refused' });
      expect(await approvals(plan.id)).toMatchObject([
        { kind: 'retry', numbers: 30, facts: { firstOrders: plan.orders } },
      ]);
      await yes(id);
      expect(await retry(plan)).toBe(3);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'running' });
      // The same orders again are another question: their attempts are others.
      for (const order of plan.orders) await refuse(plan, order);
      expect(await asked(retry(plan))).not.toBe(id);
    });

    /** Of two orders that are each above the threshold. */
    const largeOnes = async () => {
      const account = await careful({ aboveNumbers: 50 });
      const plan = await given.newPlan({ account, lines: linesOf(25, 25) });
      await given.setThreshold(account.name, THRESHOLD, BOB);
      return { plan, orders: plan.orders as [number, number] };
    };

    test('frees the orders that the yes names, whatever was refused since', async () => {
      const { plan, orders } = await largeOnes();
      await refuse(plan, orders[0]);
      const id = await asked(retry(plan));
      await refuse(plan, orders[1]);
      await yes(id);
      expect(await retry(plan)).toBe(1);
      expect(await given.orderRow(orders[0])).toMatchObject({ state: 'waiting' });
      expect(await given.orderRow(orders[1])).toMatchObject({ state: 'refused' });
      const other = await asked(retry(plan));
      expect(await approvals(plan.id)).toMatchObject([
        { id: other, state: 'waiting', facts: { numbers: 25, firstOrders: [orders[1]] } },
        { id, state: 'used' },
      ]);
    });

    test('of more orders takes the place of the question about some of them', async () => {
      const { plan, orders } = await largeOnes();
      await refuse(plan, orders[0]);
      const id = await asked(retry(plan));
      await refuse(plan, orders[1]);
      const all = await asked(retry(plan));
      expect((await approvals(plan.id)).map(({ id, state }) => [id, state])).toEqual([
        [all, 'waiting'],
        [id, 'lapsed'],
      ]);
      expect(await codeOf(yes(id))).toBe('wrong_state');
    });

    test('asks only for what has no yes, where its asker gave that', async () => {
      const { plan, orders } = await largeOnes();
      await refuse(plan, orders[0]);
      const id = await asked(retry(plan));
      await yes(id);
      await refuse(plan, orders[1]);
      await asked(retry(plan, GRACE));
      expect(await approvals(plan.id)).toMatchObject([
        { state: 'waiting', facts: { firstOrders: [orders[1]] } },
        { id, state: 'given' },
      ]);
      expect(await retry(plan)).toBe(1);
    });

    test('counts with those before it, however small', async () => {
      const plan = await answered(2, 'refused');
      expect(await retry(plan)).toBe(2);
      await given.sendOne(plan, 'refused');
      await expect(retry(plan)).rejects.toThrow(
        `The retry of plan ${plan.id} asks again for 10 numbers, 30 numbers with what went before.`,
      );
    });

    test("costs by the prices of its plan's start", async () => {
      const money = { aboveNumbers: null, aboveMoney: '15.00', currency: 'USD' };
      const account = await careful(money);
      await given.setPrices(account.name, pricesOf(), { who: 'PRICES_FILE' });
      const plan = await given.newPlan({ account, lines: linesOf(10) });
      await refuse(plan, plan.orders[0]!);
      const local = { once: '9.00', monthly: '9.00' };
      const dearer = pricesOf({ ...PRICES_FILE, types: { ...PRICES_FILE.types, local } });
      await given.setPrices(account.name, dearer, { who: 'PRICES_FILE' });
      expect(await retry(plan)).toBe(1);
    });

    test('of a plan that was started without prices waits, whatever they are since', async () => {
      const money = { aboveNumbers: null, aboveMoney: '15.00', currency: 'USD' };
      const account = await careful(money);
      const plan = await given.newPlan({ account, lines: linesOf(10), started: false });
      await yes(await asked(given.steerPlan(plan.id, 'start', BOB)));
      await given.steerPlan(plan.id, 'start', BOB);
      await refuse(plan, plan.orders[0]!);
      await given.setPrices(account.name, pricesOf(), { who: 'PRICES_FILE' });
      await expect(retry(plan)).rejects.toMatchObject({ code: 'needs_approval' });
    });

    test('is named by attempt and numbers, each in its place', async () => {
      const isNamed = async (there: object, orders: object) => {
        const named = namesAll('$1::jsonb', '$2::jsonb');
        const values = [JSON.stringify(there), JSON.stringify(orders)];
        return (await given.sql<{ is: boolean }>(`select ${named} as is`, values))[0]!.is;
      };
      expect(await isNamed({ 7: [2, 2], 8: [1, 25] }, { 7: [2, 2] })).toBe(true);
      expect(await isNamed({ 7: [1, 2] }, { 7: [2, 2] })).toBe(false);
      expect(await isNamed({ 7: [1, 2] }, { 7: [2, 1] })).toBe(false);
      expect(await isNamed({ 7: [1, 2] }, { 8: [1, 2] })).toBe(false);
    });

    test('of nothing waits for nobody', async () => {
      const plan = await given.newPlan({ account: await careful() });
      await expect(retry(plan)).rejects.toMatchObject({ code: 'wrong_state' });
    });
  });

  describe('settling as nothing', () => {
    const NEW_REASON = 'they looked again';
    const settle = (order: number, bought: string[] = [], why = 'their support looked') =>
      given.settleOrder(
        order,
        bought.length > 0 ? { bought } : NOTHING,
        { ...BOB, why },
        { againstEvidence: true },
      );

    /** The vendor's list says so of them. */
    const nothingOf = async (plan: SmallPlan, orders: number[]) => {
      await given.readList(plan.account, []);
      const verdict = { finding: 'nothing' as const, isClear: true, numbers: [], why: 'seen' };
      const seen = plan.orders.map((order) => ({ order, attempt: 1, ...verdict }));
      await given.keepVerdicts(seen);
      const clear = await given.clearVerdicts({ planId: plan.id });
      return clear.filter(({ order }) => orders.includes(order));
    };

    test('counts order by order, and waits above the threshold', async () => {
      const plan = await answered(4, 'unknown');
      const [first, second, third, fourth] = plan.orders as [number, number, number, number];
      for (const order of [first, second]) {
        expect(await settle(order)).toMatchObject({ state: 'waiting' });
      }
      const id = await asked(settle(third));
      expect(await given.orderRow(third)).toMatchObject({ state: 'unknown' });
      await yes(id);
      // The yes is for the third order.
      const other = await asked(settle(fourth));
      expect(other).not.toBe(id);
      expect(await settle(third)).toMatchObject({ state: 'waiting' });
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        { kind: 'order_settled', orderId: third, detail: { approval: id } },
      ]);
      // An order that is no longer unknown needs no answer.
      await settle(fourth, newNumbers(10));
      expect((await approvals(plan.id)).map(({ id, state }) => [id, state])).toEqual([
        [other, 'lapsed'],
        [id, 'used'],
      ]);
    });

    test('counts from a yes that was used, and without what was taken back', async () => {
      const plan = await answered(5, 'unknown');
      const [first, second, third, fourth, fifth] = plan.orders as [number, ...number[]];
      const undo = (order: number) => given.unsettleOrder(order, { ...BOB, why: 'no' });
      for (const order of [first, second!]) await settle(order);
      await undo(first);
      await settle(first, [], NEW_REASON);
      await yes(await asked(settle(third!)));
      await settle(third!);
      await settle(fourth!);
      // It was counted before the yes.
      await undo(second!);
      await settle(fifth!);
      await asked(settle(second!, [], NEW_REASON));
      await undo(fifth!);
      expect(await settle(second!, [], NEW_REASON)).toMatchObject({ state: 'waiting' });
    });

    test('is not what names all numbers, or sends nothing', async () => {
      const plan = await answered(4, 'unknown');
      await given.setThreshold(
        plan.account.name,
        { ...THRESHOLD, aboveNumbers: 0 },
        { who: 'ACCOUNTS_FILE' },
      );
      const [first, second, third] = plan.orders as [number, number, number];
      const numbers = newNumbers(11);
      expect(await settle(first, numbers.slice(0, 10))).toMatchObject({ state: 'filled' });
      expect(await settle(second, numbers.slice(10))).toMatchObject({ state: 'short' });
      await given.steerPlan(plan.id, 'cancel', BOB);
      expect(await settle(third)).toMatchObject({ state: 'waiting' });
    });

    test('is also what lets a successor ask for the rest', async () => {
      const plan = await answered(3, 'unknown', { fallback: 'overlay' });
      const [first, second, third] = plan.orders as [number, number, number];
      for (const order of [first, second]) {
        expect(await settle(order, newNumbers(1))).toMatchObject({ state: 'short' });
      }
      await expect(settle(third, newNumbers(1))).rejects.toThrow(
        `plan ${plan.id} ask again for 9 numbers, 27 numbers with what went before.`,
      );
      expect(await given.orderRow(third)).toMatchObject({ state: 'unknown', bought: 0 });
    });

    test('asks once for all clear verdicts of a plan', async () => {
      const plan = await answered(4, 'unknown');
      const looked = await nothingOf(plan, plan.orders);
      const accept = () => given.acceptVerdicts(looked, BOB);
      const waiting = await accept();
      expect(waiting).toMatchObject({ settled: [], left: plan.orders.map((order) => ({ order })) });
      const [question, ...others] = await approvals(plan.id);
      expect(others).toEqual([]);
      expect(question).toMatchObject({ kind: 'settle', numbers: 40, facts: { orders: 4 } });
      expect(waiting.left[0]!.why).toContain(`Approval ${question!.id} waits`);
      // What one of them came to meanwhile changes nothing for the others.
      const [first, ...rest] = plan.orders as [number, ...number[]];
      await settle(first, newNumbers(10));
      expect((await accept()).left).toHaveLength(4);
      expect(await approvals(plan.id)).toMatchObject([{ id: question!.id, state: 'waiting' }]);
      await yes(question!.id);
      expect((await accept()).settled.map(({ order }) => order)).toEqual(rest);
      expect(await given.planEvents(plan.id, 3)).toMatchObject(
        rest.map(() => ({ kind: 'order_settled', detail: { approval: question!.id } })),
      );
      expect(await given.breachesOf(plan.id)).toEqual([]);
    });

    test('uses no yes and counts nothing for a verdict that nobody gave', async () => {
      const plan = await answered(4, 'unknown');
      const looked = await nothingOf(plan, plan.orders);
      await given.acceptVerdicts(looked, BOB);
      const [question] = await approvals(plan.id);
      await yes(question!.id);
      const made = looked.map((each) => ({ ...each, verdict: 'nonsense' }));
      expect(await given.acceptVerdicts(made, BOB)).toMatchObject({ settled: [] });
      expect(await approvals(plan.id)).toMatchObject([{ state: 'given' }]);
      expect((await given.acceptVerdicts(looked, BOB)).settled).toHaveLength(4);
    });

    test('is not asked for again by a part of the program after a no', async () => {
      const plan = await answered(4, 'unknown');
      const [first, ...rest] = plan.orders as [number, ...number[]];
      const accept = async (orders: number[], who: string) =>
        given.acceptVerdicts(await nothingOf(plan, orders), { who });
      await accept(rest, 'reconcile');
      const [question] = await approvals(plan.id);
      await no(question!.id, 'ask their support');
      const [left] = (await accept(rest, 'reconcile')).left;
      expect(left!.why).toContain(`Approval ${question!.id} was refused, and only a person asks`);
      // It asks for what it has not asked for before.
      expect((await accept(plan.orders, 'reconcile')).left).toHaveLength(4);
      expect(await approvals(plan.id)).toMatchObject([
        { state: 'waiting', facts: { firstOrders: [first] } },
        { state: 'refused' },
      ]);
      await accept(rest, 'bob');
      expect(await approvals(plan.id)).toMatchObject([
        { state: 'waiting', askedBy: 'bob', facts: { firstOrders: rest } },
        { askedBy: 'reconcile' },
        { askedBy: 'reconcile' },
      ]);
    });
  });
});
