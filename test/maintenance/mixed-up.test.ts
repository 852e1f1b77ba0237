/** The vendor answers an order with the sale of another one. */
import { describe, expect, test } from 'vitest';
import type { ClaimedOrder } from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/index.ts';
import { BY, withNewReason } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';

describeOnALedger('an order whose sale the vendor told another one', (given) => {
  /** Ten in 212 and ten in 646, both sent after a list; the latter were sold. */
  const bothSent = async (quantity = 10) => {
    const lines = [
      line({ areaCode: '212', quantity }),
      line({ line: 3, areaCode: '646', quantity: 10 }),
    ];
    const plan = await given.newPlan({ lines });
    const before = newNumbers(1, '917');
    await given.readList(plan.account, before);
    const [told, robbed] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
    const sale = newNumbers(10, '646');
    const reconciling = given.reconcilingBy(plan, () => [...before, ...sale]);
    return { plan, told, robbed, sale, before, reconciling };
  };
  const stateOf = async ({ id }: ClaimedOrder) => (await given.orderRow(id)).state;
  const objectionsTo = (order: ClaimedOrder, finding: { nothing: true } | { bought: string[] }) =>
    given.settleOrder(order.id, finding, withNewReason()).then(
      ({ state }) => state,
      (error): string[] => error.details.objections,
    );
  const holds = (order: ClaimedOrder, sale: string[]) =>
    `The account owns 10 numbers that it may have bought and that no order has, or order ` +
    `${order.id}, which did not ask for them: ${sale.slice(0, 5).join(', ')} and 5 more.`;

  test('is left to a person, and not sent again', async () => {
    const { plan, told, robbed, sale, reconciling } = await bothSent();
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    const { proposals, settled } = await reconcile(reconciling);
    expect(settled).toEqual([]);
    expect(proposals).toMatchObject([
      {
        ...{ order: robbed.id, finding: 'open', numbers: [] },
        why: expect.stringContaining(`10 that it may have bought and that order ${told.id} got`),
      },
    ]);
    expect(await stateOf(robbed)).toBe('unknown');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is not settled as nothing, except by a person who knows of it', async () => {
    const { plan, told, robbed, sale, reconciling } = await bothSent();
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    await reconcile(reconciling);
    expect(await objectionsTo(robbed, NOTHING)).toEqual([holds(told, sale)]);
    await given.settleOrder(robbed.id, NOTHING, BY, ANYHOW);
    // Said once, it holds also when a list is read again.
    await reconcile(reconciling);
    expect(await stateOf(robbed)).toBe('waiting');
  });

  test('is settled with these numbers against the evidence, and is not sent again', async () => {
    const { plan, told, robbed, sale, reconciling } = await bothSent();
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    await reconcile(reconciling);
    await given.settleOrder(robbed.id, { bought: sale }, BY, ANYHOW);
    expect(await stateOf(robbed)).toBe('short');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is not settled by a verdict of nothing that is older than the other answer', async () => {
    const { plan, told, robbed, sale, before, reconciling } = await bothSent();
    await given.record(plan, answerTo(robbed, 'unknown'));
    await given.readList(plan.account, [...before, ...sale]);
    const nothing = { finding: 'nothing' as const, isClear: true, numbers: [] };
    await given.keepVerdicts([{ order: robbed.id, attempt: 1, ...nothing, why: 'None is new.' }]);
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    const [clear] = await given.clearVerdicts({});
    expect(await given.acceptVerdicts([clear!], BY)).toMatchObject({
      settled: [],
      left: [{ order: robbed.id, why: expect.stringContaining(`or order ${told.id}, which did`) }],
    });
    await reconcile(reconciling);
    expect(await stateOf(robbed)).toBe('unknown');
  });

  test('is unknown again when it was settled before the other answer came', async () => {
    const { plan, told, robbed, sale, before } = await bothSent();
    await given.record(plan, answerTo(robbed, 'unknown'));
    await given.readList(plan.account, before);
    await given.settleOrder(robbed.id, NOTHING, BY);
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    await given.readList(plan.account, [...before, ...sale]);
    expect(await given.orderRow(robbed.id)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('or one that did not ask for them'),
    });
  });

  test('is open beside the other one, when that answer was unclear', async () => {
    const { plan, told, robbed, sale, reconciling } = await bothSent(25);
    await given.record(plan, answerTo(told, 'unknown', { numbers: sale }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    const { proposals } = await reconcile(reconciling);
    expect(proposals).toMatchObject([{ finding: 'open' }, { finding: 'open' }]);
    expect(await objectionsTo(robbed, NOTHING)).toEqual([
      `The account owns 10 numbers that it may have bought and that no order has: ` +
        `${sale.slice(0, 5).join(', ')} and 5 more.`,
    ]);
    expect(await objectionsTo(told, { bought: sale })).toBe('short');
    await reconcile(reconciling);
    expect(await objectionsTo(robbed, NOTHING)).toEqual([holds(told, sale)]);
  });

  test('is settled by its own numbers, where the list has them all', async () => {
    const { plan, told, robbed, sale, before } = await bothSent();
    await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    const own = newNumbers(10, '646');
    const list = () => [...before, ...sale, ...own];
    expect((await reconcile(given.reconcilingBy(plan, list))).settled).toMatchObject([
      { order: robbed.id, state: 'filled' },
    ]);
  });

  test('is settled as nothing where it cannot have bought what the other one got', async () => {
    const { plan, told, robbed, before } = await bothSent();
    const elsewhere = newNumbers(10, '415');
    await given.record(plan, answerTo(told, 'filled', { numbers: elsewhere }));
    await given.record(plan, answerTo(robbed, 'unknown'));
    const list = () => [...before, ...elsewhere];
    expect((await reconcile(given.reconcilingBy(plan, list))).settled).toMatchObject([
      { order: robbed.id, state: 'waiting' },
    ]);
  });

  describe('and that was told that there are none', () => {
    /** Ten in 212 that are tried for a month, told that there are none, and ten in 646. */
    const toldNone = async () => {
      const lines = [
        line({ quantity: 10, keepTrying: '30d' }),
        line({ line: 3, areaCode: '646', quantity: 10 }),
      ];
      const plan = await given.newPlan({ lines });
      await given.readList(plan.account, []);
      const [robbed, told] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
      const sale = newNumbers(10);
      await given.record(plan, answerTo(told, 'filled', { numbers: sale }));
      await given.record(plan, answerTo(robbed, 'short'));
      return { plan, told, robbed, sale };
    };

    test('is not tried again once a list has that sale', async () => {
      const { plan, told, robbed, sale } = await toldNone();
      await given.goOn(plan);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'standing' });
      await given.readList(plan.account, sale);
      expect(await stateOf(robbed)).toBe('unknown');
      await given.makeDue(plan);
      expect(await given.sendWaiting(plan)).toEqual([]);
      expect(await objectionsTo(robbed, NOTHING)).toEqual([holds(told, sale)]);
      expect(await given.breachesOf(plan.id)).toEqual([]);
    });

    test('is sent again when a person knows better', async () => {
      const { plan, robbed, sale } = await toldNone();
      await given.goOn(plan);
      await given.readList(plan.account, sale);
      await given.settleOrder(robbed.id, NOTHING, BY, ANYHOW);
      await given.readList(plan.account, sale);
      expect(await given.sendWaiting(plan)).toMatchObject([{ id: robbed.id }]);
    });

    test('is asked for by no plan of the remainder, once a list has that sale', async () => {
      const { plan, robbed, sale } = await toldNone();
      await given.goOn(plan);
      await given.steerPlan(plan.id, 'cancel', BY);
      await given.goOn(plan);
      const rest = await given.submitRemainder(plan);
      await given.steerPlan(rest.id, 'start', BY);
      await given.readList(plan.account, sale);
      expect(await stateOf(robbed)).toBe('unknown');
      expect(await given.claim(rest)).toEqual([]);
    });

    test('is followed by nothing that was not sent yet', async () => {
      const plan = await given.ladderPlan({ steps: [step(1, '332')], quantities: [10, 10] });
      const other = await given.newPlan({
        account: plan.account,
        lines: [line({ areaCode: '646' })],
      });
      await given.readList(plan.account, []);
      const [robbed, followed] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
      const told = await given.claimOne(other);
      await given.record(plan, answerTo(robbed, 'short'), answerTo(followed, 'filled'));
      await given.goOn(plan);
      expect(await given.findPlan(plan.id)).toMatchObject({ pending: 10, successors: 1 });
      const sale = newNumbers(10);
      await given.record(other, answerTo(told, 'filled', { numbers: sale }));
      await given.readList(plan.account, [...sale, ...(await given.numbersOf(followed.id))]);
      expect(await given.findPlan(plan.id)).toMatchObject({ unknown: 10, successors: 0 });
      expect(await given.breachesOf(plan.id)).toEqual([]);
      await given.settleOrder(robbed.id, { bought: sale }, BY, ANYHOW);
      await given.goOn(plan);
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished', short: 10 });
      expect(await given.withheldNumbers(plan.id)).toEqual(new Map([[2, 10]]));
    });

    test('is followed while the list has only what no order has', async () => {
      const { plan, robbed } = await toldNone();
      await given.goOn(plan);
      await given.readList(plan.account, newNumbers(10));
      expect(await stateOf(robbed)).toBe('short');
    });
  });
});
