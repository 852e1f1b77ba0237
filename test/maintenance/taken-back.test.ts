/** What a person has taken back is not settled by the program. */
import { expect, test } from 'vitest';
import { reconcile } from '../../src/maintenance/index.ts';
import { BY, withNewReason } from '../support/by.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';

const TAKEN_BACK = { ...BY, why: 'the vendor says it sold them' };

describeOnALedger('an order whose settlement a person has taken back', (given) => {
  const settledAsNothing = async () => {
    const plan = await given.newPlan();
    const reconciling = given.reconcilingBy(plan, () => ['3125550100']);
    await given.readList(plan.account, ['3125550100']);
    const { order } = await given.sendOne(plan, 'unknown');
    expect((await reconcile(reconciling)).settled).toMatchObject([{ state: 'waiting' }]);
    return { plan, order, reconciling };
  };

  test('is left to a person, whatever the list shows', async () => {
    const { plan, order, reconciling } = await settledAsNothing();
    await given.unsettleOrder(order.id, TAKEN_BACK);
    const { settled, proposals } = await reconcile(reconciling);
    expect({ settled, proposals }).toMatchObject({
      settled: [],
      proposals: [{ finding: 'nothing' }],
    });
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is settled by the program when it is a later attempt that is unknown', async () => {
    const { plan, order, reconciling } = await settledAsNothing();
    await given.unsettleOrder(order.id, TAKEN_BACK);
    await given.settleOrder(order.id, { nothing: true }, withNewReason());
    await given.sendOne(plan, 'unknown');
    expect((await reconcile(reconciling)).settled).toMatchObject([{ order: order.id }]);
  });

  test('is settled by the program when the program took it back itself', async () => {
    const { order, reconciling } = await settledAsNothing();
    await given.unsettleOrder(order.id, { who: 'witness', why: 'the list has what it may have' });
    expect((await reconcile(reconciling)).settled).toMatchObject([{ order: order.id }]);
  });
});
