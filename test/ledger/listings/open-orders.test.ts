import { expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import {
  type ClaimedOrder,
  keepVerdicts,
  openOrders,
  otherAskers,
} from '../../../src/ledger/index.ts';
import { callForeign } from '../../support/foreign.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, newPlan } from '../../support/plans.ts';
import { answerTo, claim, newNumbers, readList, record } from '../../support/sending.ts';

describeOnALedger('what a verdict leaves open', (given) => {
  test('lacks what a verdict gives to another order and what somebody called foreign', async () => {
    const { ledger } = given;
    const wishes = [line(), line({ line: 3, smsSupported: true })];
    const plan = await newPlan(ledger, { lines: wishes });
    const [before, claimed, foreign, left] = newNumbers(4) as [string, string, string, string];
    await readList(ledger, plan.account, [before]);
    const [open, bought] = (await claim(ledger, plan)) as [ClaimedOrder, ClaimedOrder];
    await record(ledger, plan, answerTo(open, 'unknown'), answerTo(bought, 'unknown'));
    await readList(ledger, plan.account, [before, claimed, foreign, left]);
    const judge = ({ id, attempt }: ClaimedOrder, verdict: Partial<Verdict>) => {
      const kept = { isClear: false, numbers: [], why: 'So.', finding: 'open' as const };
      return keepVerdicts(ledger, [{ ...kept, order: id, attempt, ...verdict }]);
    };
    await judge(open, { numbers: [claimed, left, foreign, before] });
    await judge(bought, { finding: 'bought', numbers: [claimed] });
    await callForeign(ledger, plan, [foreign], { againstEvidence: true });
    const mine = ({ account }: { account: number }) => account === plan.account.id;
    expect((await openOrders(ledger)).filter(mine)).toMatchObject([
      { order: open.id, numbers: [left, before], earlier: [before] },
    ]);
    expect((await otherAskers(ledger)).filter(mine)).toMatchObject([{ areaCode: '212' }]);
  });
});
