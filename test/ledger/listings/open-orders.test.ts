import { expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import type { ClaimedOrder } from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

describeOnALedger('what a verdict leaves open', (given) => {
  test('lacks what a verdict gives to another order and what somebody called foreign', async () => {
    const wishes = [line(), line({ line: 3, smsSupported: true })];
    const plan = await given.newPlan({ lines: wishes });
    const [before, claimed, foreign, left] = newNumbers(4) as [string, string, string, string];
    await given.readList(plan.account, [before]);
    const [open, bought] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
    await given.record(plan, answerTo(open, 'unknown'), answerTo(bought, 'unknown'));
    await given.readList(plan.account, [before, claimed, foreign, left]);
    const judge = ({ id, attempt }: ClaimedOrder, verdict: Partial<Verdict>) => {
      const kept = { isClear: false, numbers: [], why: 'So.', finding: 'open' as const };
      return given.keepVerdicts([{ ...kept, order: id, attempt, ...verdict }]);
    };
    await judge(open, { numbers: [claimed, left, foreign, before] });
    await judge(bought, { finding: 'bought', numbers: [claimed] });
    await given.callForeign(plan, [foreign], { againstEvidence: true });
    const mine = ({ account }: { account: number }) => account === plan.account.id;
    expect((await given.openOrders()).filter(mine)).toMatchObject([
      { order: open.id, numbers: [left, before], earlier: [before] },
    ]);
    expect((await given.otherAskers()).filter(mine)).toMatchObject([{ areaCode: '212' }]);
  });
});
