import { expect, test } from 'vitest';
import { reconcile } from '../../../src/maintenance/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newNumbers } from '../../support/sending.ts';

const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => 'done',
    ({ code }) => code,
  );

describeOnALedger('a request that comes a second time,', (given) => {
  test('after a person took back what the first did, settles nothing', async () => {
    const { plan, order } = await given.unknownOrder({});
    await given.readList(plan.account, []);
    const settle = () => given.settleOrder(order.id, { nothing: true }, BY, { attempt: 1 });
    await settle();
    await given.unsettleOrder(order.id, { who: 'Bea', why: 'the vendor says that it sold' });
    expect(await codeOf(settle())).toBe('wrong_state');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('from a page that shows the verdicts of before, settles nothing', async () => {
    const plan = await given.newPlan();
    const reconciling = given.reconcilingBy(plan, () => ['4155550100'], { mode: 'propose' });
    await given.readList(plan.account, ['4155550100']);
    await given.sendOne(plan, 'unknown');
    await reconcile(reconciling);
    const shown = await given.clearVerdicts({ planId: plan.id });
    expect((await given.acceptVerdicts(shown, { who: 'Ada' })).settled).toHaveLength(1);
    await given.unsettleOrder(plan.orders[0]!, { who: 'Bea', why: 'the vendor says it sold' });
    // Carl presses what he was shown before that.
    expect((await given.acceptVerdicts(shown, { who: 'Carl' })).settled).toEqual([]);
    expect(await given.claim(plan)).toEqual([]);
  });

  test('after a person took that back, calls no numbers foreign', async () => {
    const plan = await given.newPlan();
    const numbers = newNumbers(3);
    await given.readList(plan.account, ['4155550100']);
    await given.sendOne(plan, 'not_sent');
    await given.readList(plan.account, ['4155550100', ...numbers]);
    const say = (undo: boolean) =>
      codeOf(given.sayForeign(plan.account, { numbers, undo, againstEvidence: false }, BY));
    expect([await say(false), await say(true), await say(false)]).toEqual([
      'done',
      'done',
      'wrong_state',
    ]);
  });
});
