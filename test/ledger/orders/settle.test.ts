import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('settling', (given) => {
  /**
   * A plan whose first order is unknown, with this many numbers recorded and one disputed.
   */
  const unknownPlan = async (quantity = 10, recorded = 0): Promise<SmallPlan> => {
    const lines = linesOf(quantity);
    if (recorded === 0) return (await given.unknownOrder({ lines })).plan;
    const plan = await given.newPlan({ lines });
    const other = await given.newPlan({ lines: linesOf(1) });
    const { answer: sold } = await given.sendOne(other, 'filled');
    const numbers = [...newNumbers(recorded), ...sold.numbers];
    await given.sendOne(plan, 'short', { numbers });
    return plan;
  };

  const settle = (plan: SmallPlan, finding: Finding, options = {}) =>
    given.settleByList(plan, finding, options);
  const row = (plan: SmallPlan) => given.orderRow(plan.orders[0]!);
  const numbers = (plan: SmallPlan) => given.numbersOf(plan.orders[0]!);
  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  describe('an unknown order', () => {
    test.each([
      { found: 'all of its numbers', count: 10, state: 'filled' },
      { found: 'some of its numbers', count: 4, state: 'short' },
    ])('of which $found were bought makes it $state', async ({ count, state }) => {
      const plan = await unknownPlan();
      const bought = newNumbers(count);
      expect(await settle(plan, { bought })).toEqual({
        order: plan.orders[0],
        state,
        bought: count,
      });
      const reason = `settled by ${BY.who}: ${BY.why}`;
      expect(await row(plan)).toMatchObject({ state, bought: count, reason });
      expect(await numbers(plan)).toEqual(bought);
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        {
          kind: 'order_settled',
          ...BY,
          orderId: plan.orders[0],
          detail: { state, numbers: bought },
        },
      ]);
      expect(await given.claim(plan)).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('of which nothing was bought puts it back to be sent again', async () => {
      const plan = await unknownPlan();
      expect(await settle(plan, NOTHING)).toMatchObject({ state: 'waiting', bought: 0 });
      expect(await row(plan)).toMatchObject({ state: 'waiting', reason: null, connectFailures: 0 });
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        { kind: 'order_settled', ...BY, detail: { state: 'waiting', numbers: [] } },
      ]);
      expect(await breaches(plan)).toEqual([]);
      const { order: again } = await given.sendOne(plan, 'filled');
      expect(again.attempt).toBe(2);
      expect(await breaches(plan)).toEqual([]);
    });

    test('with some numbers is short if there is nothing else, and not sent again', async () => {
      const plan = await unknownPlan(10, 3);
      expect(await row(plan)).toMatchObject({ state: 'unknown', bought: 3 });
      await expect(settle(plan, NOTHING)).rejects.toThrow('The vendor named ');
      expect(await settle(plan, NOTHING, ANYHOW)).toMatchObject({ state: 'short', bought: 3 });
      expect(await given.claim(plan)).toEqual([]);
      expect(await given.brokenLaws(plan.id)).toEqual(['no_surplus']);
    });

    test('of which some are recorded gets the rest', async () => {
      const plan = await unknownPlan(5, 3);
      expect(await settle(plan, { bought: newNumbers(2) })).toMatchObject({
        state: 'filled',
        bought: 5,
      });
      expect(await numbers(plan)).toHaveLength(5);
      expect(await breaches(plan)).toEqual([]);
    });

    test('counts a number that is named twice once', async () => {
      const plan = await unknownPlan(2);
      const [number] = newNumbers(1);
      expect(await settle(plan, { bought: [number!, number!] })).toMatchObject({
        state: 'short',
        bought: 1,
      });
    });
  });

  describe('is refused', () => {
    const refusal = async (plan: SmallPlan, finding: Finding, expected: object) => {
      const look = async () => [
        await row(plan),
        await numbers(plan),
        await given.planEvents(plan.id),
        await given.findPlan(plan.id),
      ];
      const before = await look();
      await expect(settle(plan, finding)).rejects.toMatchObject(expected);
      expect(await look()).toEqual(before);
    };

    test('for an order that there is not', async () => {
      await expect(given.settleOrder(7, NOTHING, BY)).rejects.toMatchObject({
        code: 'not_found',
        message: 'There is no order 7.',
      });
    });

    test.each(['filled', 'short', 'refused', 'not_sent'] as const)(
      'for an order that was answered %s',
      async (outcome) => {
        const plan = await given.newPlan();
        const { answer } = await given.sendOne(plan, outcome);
        const message = expect.stringMatching(`is ${answer.state}, not unknown`);
        await refusal(plan, NOTHING, { code: 'wrong_state', message });
      },
    );

    test('for an order that is being sent, and one that was settled before', async () => {
      const sending = await given.newPlan();
      await given.claimOne(sending);
      await refusal(sending, { bought: newNumbers(1) }, { code: 'wrong_state' });
      const settled = await unknownPlan();
      await settle(settled, NOTHING);
      // Not in its area: a list that has what it may have bought makes it unknown again.
      await refusal(settled, { bought: newNumbers(1, '313') }, { code: 'wrong_state' });
    });

    test('with more numbers than the order lacks', async () => {
      const plan = await unknownPlan(10, 3);
      await refusal(
        plan,
        { bought: newNumbers(8) },
        {
          code: 'wrong_state',
          message: expect.stringMatching('lacks 7 of 10 numbers, and 8 were named'),
          details: { lacking: 7 },
        },
      );
    });

    test('with a number of another order', async () => {
      const other = await given.newPlan({ lines: linesOf(1) });
      const { answer: sold } = await given.sendOne(other, 'filled');
      await refusal(
        await unknownPlan(),
        { bought: [...newNumbers(1), ...sold.numbers] },
        {
          code: 'against_evidence',
          message: expect.stringMatching(`${sold.numbers[0]} belongs to order ${other.orders[0]}`),
        },
      );
    });

    test.each([
      ['no number at all', []],
      ['too few digits', ['212555010']],
      ['dashes', ['212-555-0100']],
      ['no number of the plan', ['1125550100']],
      ['one good, one bad', ['2125550100', '']],
    ])('with %s: %j', async (_, bought) => {
      await refusal(
        await unknownPlan(),
        { bought },
        { code: 'invalid_usage', message: expect.stringMatching('Nothing was changed') },
      );
    });
  });

  describe('as nothing', () => {
    test('makes a finished plan run again, and its queue is filled from the start', async () => {
      const plan = await unknownPlan();
      await given.sql('update ledger.plans set queued_to = 1 where id = $1', [plan.id]);
      await given.endPlans(plan.account.id);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished' });
      await settle(plan, NOTHING);
      const running = { state: 'running', endedAt: null, pending: 10, unknown: 0 };
      expect(await given.findPlan(plan.id)).toMatchObject(running);
      const queued = 'select queued_to as to from ledger.plans where id = $1';
      expect(await given.sql(queued, [plan.id])).toEqual([{ to: 0 }]);
      expect(await given.claim(plan)).toHaveLength(1);
    });

    test('leaves a paused plan paused', async () => {
      const plan = await unknownPlan();
      await given.steerPlan(plan.id, 'pause', BY);
      await settle(plan, NOTHING);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'paused' });
    });

    test('of a cancelled plan is cancelled by the next sweep', async () => {
      const plan = await unknownPlan();
      await given.steerPlan(plan.id, 'cancel', BY);
      await given.endPlans(plan.account.id);
      await settle(plan, NOTHING);
      const open = { state: 'cancelled', endedAt: null, pending: 10 };
      expect(await given.findPlan(plan.id)).toMatchObject(open);
      expect(await given.claim(plan)).toEqual([]);
      await given.endPlans(plan.account.id);
      const ended = { state: 'cancelled', endedAt: expect.any(Date), pending: 0, cancelled: 10 };
      expect(await given.findPlan(plan.id)).toMatchObject(ended);
      expect(await breaches(plan)).toEqual([]);
    });

    test('a second time needs the attempt: the same words may have come twice', async () => {
      const plan = await unknownPlan();
      await settle(plan, NOTHING);
      await given.sendOne(plan, 'unknown');
      const repeated = settle(plan, NOTHING);
      await expect(repeated).rejects.toMatchObject({ code: 'wrong_state' });
      await expect(repeated).rejects.toThrow('say --attempt 2.');
      const second = { attempt: 2 };
      const order = plan.orders[0]!;
      expect(await given.settleOrder(order, NOTHING, BY, second)).toMatchObject({
        state: 'waiting',
      });
    });

    test('while some were bought leaves a finished plan finished', async () => {
      const plan = await unknownPlan(10, 1);
      await given.endPlans(plan.account.id);
      await settle(plan, NOTHING, ANYHOW);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished', short: 9 });
    });
  });

  test('is asked for by a list, oldest first, in pages, of one plan or of all', async () => {
    const plan = await given.newPlan({ lines: linesOf(3, 4, 5) });
    const orders = await given.claim(plan);
    await given.record(
      plan,
      answerTo(orders[0]!, 'unknown', { what: 'cut off', status: null }),
      answerTo(orders[1]!, 'filled'),
      answerTo(orders[2]!, 'unknown', { what: 'strange', status: 502, body: '<html>' }),
    );
    const common = { plan: plan.id, areaCode: '212', type: 'local', bought: 0, disputed: [] };
    const first = { order: orders[0]!.id, line: 2, quantity: 3, whatHappened: 'cut off' };
    const second = { order: orders[2]!.id, line: 4, quantity: 5, whatHappened: 'strange' };
    const at = { sentAt: expect.any(Date) };
    expect(await given.unknownOrders({ planId: plan.id })).toMatchObject([
      { ...common, ...first, ...at, status: null, body: null },
      { ...common, ...second, ...at, status: 502, body: '<html>' },
    ]);
    const page = await given.unknownOrders({ planId: plan.id, limit: 1 });
    expect(page.map(({ order }) => order)).toEqual([first.order]);
    const next = await given.unknownOrders({ planId: plan.id, after: first.order });
    expect(next.map(({ order }) => order)).toEqual([second.order]);
    const all = (await given.unknownOrders({})).map(({ order }) => order);
    expect(all).toEqual(expect.arrayContaining([first.order, second.order]));
    expect(all).toEqual(all.toSorted((a, b) => a - b));
  });
});
