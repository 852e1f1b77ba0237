import { beforeAll, describe, expect, test } from 'vitest';
import { orderId } from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../../support/plans.ts';
import { newNumbers } from '../../support/sending.ts';
import { inserting, updating } from './rows.ts';

describeOnALedger('the database', (given) => {
  describe('refuses an order', () => {
    let plan: SmallPlan;
    let ordinal = 1;
    beforeAll(async () => {
      plan = await given.newPlan();
    });
    const newOrder = async (row: Record<string, unknown>) => {
      const good = { id: orderId(plan.id, ++ordinal), plan_id: plan.id, line: 2, quantity: 10 };
      return inserting(given.ledger, 'orders', { ...good, ...row });
    };

    test.each([0, -1, 26])('of %i numbers', async (quantity) => {
      expect(await newOrder({ quantity })).toBe('orders_quantity_in_range');
    });

    test.each([1, 25])('not of %i numbers', async (quantity) => {
      expect(await newOrder({ quantity })).toBe('none');
    });

    test.each([
      ['filled', 10, 'none'],
      ['filled', 9, 'orders_bought_fits_state'],
      ['filled', 11, 'orders_bought_fits_state'],
      ['short', 0, 'none'],
      ['short', 9, 'none'],
      ['short', 10, 'orders_bought_fits_state'],
      ['short', -1, 'orders_bought_fits_state'],
      ['unknown', 0, 'none'],
      ['unknown', 9, 'none'],
      ['unknown', 10, 'orders_bought_fits_state'],
      ['waiting', 1, 'orders_bought_fits_state'],
      ['sending', 1, 'orders_bought_fits_state'],
      ['refused', 1, 'orders_bought_fits_state'],
      ['undelivered', 1, 'orders_bought_fits_state'],
      ['cancelled', 1, 'orders_bought_fits_state'],
      ['done', 0, 'orders_state_known'],
    ])('that is %s with %i of 10 bought: %s', async (state, bought, constraint) => {
      expect(await newOrder({ state, bought })).toBe(constraint);
    });

    test('whose id is not its plan’s, or is taken, or which has no line', async () => {
      expect(await newOrder({ id: orderId(plan.id + 1000, 1) })).toBe('orders_id_fits_plan');
      expect(await newOrder({ id: plan.orders[0] })).toBe('orders_pkey');
      expect(await newOrder({ line: 3 })).toBe('orders_line_fkey');
    });

    test('that leaves its line, or whose line leaves it', async () => {
      const { id, orders } = await given.newPlan();
      const moved = updating(given.ledger, 'orders', { line: 3 }, `id = ${orders[0]}`);
      expect(await moved).toBe('orders_line_fkey');
      const gone = `delete from ledger.lines where plan_id = ${id}`;
      expect(await given.constraintOf(gone)).toBe('orders_line_fkey');
    });
  });

  describe('refuses orders that are stored together', () => {
    const store = (plan: number, lines: number[]) =>
      given.constraintOf(
        `insert into ledger.orders (id, plan_id, line, quantity)
         select $1::bigint + line, $2, line, 1 from unnest($3::int[]) line`,
        [orderId(plan, 100), plan, lines],
      );

    test.each([
      ['side by side', [2, 3, 4], [2, 3, 4], 'none'],
      ['far apart', [2, 900, 90_000], [2, 90_000], 'none'],
      ['one of no line, among lines', [2, 3, 4], [2, 3, 5], 'orders_line_fkey'],
      ['one of no line, in the place of another', [2, 3, 5], [2, 4, 5], 'orders_line_fkey'],
      ['one of no line, far apart', [2, 900, 90_000], [2, 901, 90_000], 'orders_line_fkey'],
    ])('%s: lines %j, orders of %j: %s', async (_how, lines, orders, constraint) => {
      const plan = await given.newPlan({ lines: lines.map((n) => line({ line: n })) });
      expect(await store(plan.id, orders)).toBe(constraint);
    });
  });

  describe('refuses an attempt', () => {
    const attempt = (id: number, row: Record<string, unknown> = {}) =>
      inserting(given.ledger, 'attempts', { order_id: id, no: 2, worker: 'w', nonce: 1, ...row });

    test('of no order, of another one than it was, and with another number', async () => {
      const plan = await given.newPlan({ lines: [line({ quantity: 26 })] });
      const order = await given.claimOne(plan);
      const attempt = { no: 1, worker: 'w', nonce: 1 };
      const stray = inserting(given.ledger, 'attempts', { ...attempt, order_id: 4 });
      expect(await stray).toBe('attempts_order_fkey');
      const its = `order_id = ${order.id}`;
      for (const change of [{ order_id: plan.orders[1] }, { no: 2 }]) {
        const changed = updating(given.ledger, 'attempts', change, its);
        expect(await changed).toBe('attempts_order_fkey');
      }
    });

    test('that would lose its order', async () => {
      const plan = await given.newPlan();
      const { id } = await given.claimOne(plan);
      const gone = `delete from ledger.orders where id = ${id}`;
      expect(await given.constraintOf(gone)).toBe('attempts_order_fkey');
    });

    test.each([
      ['in flight', null, 'attempts_never_twice'],
      ['filled', 'filled', 'attempts_never_twice'],
      ['short', 'short', 'attempts_never_twice'],
      ['unknown', 'unknown', 'attempts_never_twice'],
      ['refused', 'refused', 'none'],
      ['refused for its keys', 'credentials', 'none'],
      ['throttled', 'throttled', 'none'],
      ['not sent', 'not_sent', 'none'],
      ['settled as nothing', 'nothing', 'none'],
    ])('after one that is %s: %s, %s', async (_, outcome, constraint) => {
      const plan = await given.newPlan();
      const { id } = await given.claimOne(plan);
      await updating(given.ledger, 'attempts', { outcome }, `order_id = ${id}`);
      expect(await attempt(id)).toBe(constraint);
      expect(await attempt(id, { outcome: 'filled' })).toBe(
        constraint === 'none' ? 'attempts_pkey' : constraint,
      );
    });

    test('that turns out to have bought something after another one did', async () => {
      const plan = await given.newPlan();
      const { id } = await given.claimOne(plan);
      await updating(given.ledger, 'attempts', { outcome: 'throttled' }, `order_id = ${id}`);
      expect(await attempt(id)).toBe('none');
      const both = updating(given.ledger, 'attempts', { outcome: 'filled' }, `order_id = ${id}`);
      expect(await both).toBe('attempts_never_twice');
    });

    test('that has no number or an outcome of its own', async () => {
      const { orders } = await given.newPlan();
      const [id] = orders;
      expect(await attempt(id!, { no: 0 })).toBe('attempts_no_positive');
      expect(await attempt(id!, { outcome: 'fine' })).toBe('attempts_outcome_known');
    });

    test('in flight that has no nonce: a program of an earlier version claims such', async () => {
      const { orders } = await given.newPlan();
      expect(await attempt(orders[0]!, { nonce: null })).toBe('attempts_have_nonce');
    });
  });

  describe('refuses a number', () => {
    let plan: SmallPlan;
    const number = (row: Record<string, unknown>) =>
      inserting(given.ledger, 'numbers', { order_id: plan.orders[1], ...row });

    test('of two orders, or twice of one', async () => {
      plan = await given.newPlan({ lines: [line({ quantity: 26 })] });
      const { order, answer } = await given.sendOne(plan, 'filled');
      expect(await number({ number: answer.numbers[0] })).toBe('numbers_one_order');
      expect(await number({ number: answer.numbers[0], order_id: order.id })).toBe(
        'numbers_one_order',
      );
    });

    test('that is none, or nobody’s', async () => {
      plan = await given.newPlan({ lines: [line({ quantity: 26 })] });
      const [good] = newNumbers(1);
      expect(await number({ number: '1999999999' })).toBe('numbers_ten_digits');
      expect(await number({ number: '10000000000' })).toBe('numbers_ten_digits');
      expect(await number({ number: good, order_id: 4 })).toBe('numbers_order_fkey');
      expect(await number({ number: good })).toBe('none');
    });

    test('that would lose its order, whichever of the two is touched', async () => {
      plan = await given.newPlan({ lines: [line({ quantity: 26 })] });
      const { order } = await given.sendOne(plan, 'filled');
      const [itsOwn, other] = [order.id, plan.orders.find((id) => id !== order.id)!];
      for (const operation of [
        `delete from ledger.orders where id = ${itsOwn}`,
        `update ledger.orders set id = ${plan.orders.at(-1)! + 1} where id = ${itsOwn}`,
        `update ledger.numbers set order_id = 4 where order_id = ${itsOwn}`,
      ])
        expect(await given.constraintOf(operation), operation).toBe('numbers_order_fkey');
      expect(await given.constraintOf(`delete from ledger.orders where id = ${other}`)).toBe(
        'none',
      );
    });
  });
});
