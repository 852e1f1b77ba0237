/** The vendor answers an order with the sale of another one. */
import { expect, test } from 'vitest';
import type { ClaimedOrder } from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/index.ts';
import { BY, withNewReason } from '../support/by.ts';
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
});
