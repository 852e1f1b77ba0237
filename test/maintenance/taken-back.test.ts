/** What a person has taken back is not settled by the program. */
import { expect, test } from 'vitest';
import { reconcile } from '../../src/maintenance/index.ts';
import { BY } from '../support/by.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { answerTo } from '../support/sending.ts';

describeOnALedger('an order whose settlement a person has taken back', (given) => {
  test('is left to a person, whatever the list shows', async () => {
    const plan = await given.newPlan();
    const reconciling = given.reconcilingBy(plan, () => ['3125550100']);
    await given.readList(plan.account, ['3125550100']);
    await given.sendOne(plan, 'unknown');
    expect((await reconcile(reconciling)).settled).toMatchObject([{ state: 'waiting' }]);
    await given.unsettleOrder(plan.orders[0]!, { ...BY, why: 'the vendor says it sold them' });
    const { settled, proposals } = await reconcile(reconciling);
    expect({ settled, proposals }).toMatchObject({
      settled: [],
      proposals: [{ finding: 'nothing' }],
    });
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is settled by the program once it was sent again', async () => {
    const plan = await given.newPlan();
    const reconciling = given.reconcilingBy(plan, () => ['3125550100']);
    await given.readList(plan.account, ['3125550100']);
    const order = await given.expireOne(plan);
    await reconcile(reconciling);
    await given.unsettleOrder(order.id, BY);
    await given.record(plan, answerTo(order, 'refused'));
    await given.endPlans(plan.account.id);
    await given.retryPlan(plan.id, BY);
    await given.expireOne(plan);
    expect((await reconcile(reconciling)).settled).toMatchObject([{ state: 'waiting' }]);
  });
});
