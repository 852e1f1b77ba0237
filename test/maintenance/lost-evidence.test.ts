import { expect, test } from 'vitest';
import { type Account, changeAccount, findVerdict, settleOrder } from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { orderRow, passTime } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { claim, newNumbers, sendOne } from '../support/sending.ts';
import { beginLosing } from '../vouch/losing.ts';
import { memoryStore, moveOn } from '../vouch/vouching.ts';

describeOnALedger('numbers that a lost plan may have bought', (given) => {
  test('are given to no other order, and the lost plan buys them once', async () => {
    const { ledger } = given;
    let older: SmallPlan | undefined;
    const before = async (account: Account) => {
      older = await newPlan(ledger, { account, lines: linesOf(10) });
      await sendOne(ledger, older, 'unknown');
    };
    const losing = await beginLosing(ledger, memoryStore(), { before });
    const { account } = losing.plan;
    await moveOn(ledger);
    await losing.vouch();
    await passTime(ledger, account, 600_000);
    const bought = newNumbers(10);
    const place = reconcilingBy(ledger, losing.plan, () => [...losing.owned, ...bought]);
    expect(await reconcile(place)).toMatchObject({
      proposals: [{ finding: 'open', isClear: false }],
      settled: [],
    });
    const [id] = older!.orders as [number];
    expect((await findVerdict(ledger, id))?.why).toContain('A plan that the ledger has lost may');
    const settle = settleOrder(ledger, id, { bought }, BY);
    await expect(settle).rejects.toThrow('A plan that the ledger has lost may have bought');
    const again = await losing.submitAgain();
    await passTime(ledger, account, 600_000);
    expect((await reconcile(place)).settled).toEqual([]);
    await changeAccount(ledger, account.name, { resume: true }, BY);
    expect((await claim(ledger, again)).map((order) => order.id)).toEqual([again.orders[2]]);
    expect(await orderRow(ledger, id)).toMatchObject({ state: 'unknown' });
  });
});
