import { expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  findVerdict,
  recordAnswers,
  settleOrder,
} from '../../src/ledger/index.ts';
import { type ReconcileContext, reconcile } from '../../src/maintenance/reconcile.ts';
import {
  answerTo,
  claim,
  claimOne,
  linesOf,
  newNumbers,
  newPlan,
  orderRow,
  passTime,
  type SmallPlan,
} from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import { silentLog } from '../support/recording-log.ts';
import { beginLosing } from '../vouch/losing.ts';
import { memoryStore, moveTo } from '../vouch/vouching.ts';

const BY = { who: 'Ada', why: 'their support looked' };

describeOnBothDrivers('numbers that a lost plan may have bought', (given) => {
  test('are given to no other order, and the lost plan buys them once', async () => {
    const { ledger } = given;
    let older: SmallPlan | undefined;
    const before = async (account: Account) => {
      older = await newPlan(ledger, { account, lines: linesOf(10) });
      const order = await claimOne(ledger, older);
      await recordAnswers(ledger, account.id, [answerTo(order, 'unknown')]);
    };
    const losing = await beginLosing(ledger, memoryStore(), { before });
    const { account } = losing.plan;
    await moveTo(ledger, 'lost evidence');
    await losing.vouch();
    await passTime(ledger, account, 600_000);
    const bought = newNumbers(10);
    const place: ReconcileContext = {
      ...{ ledger, account, log: silentLog, listLagMs: 0, mode: 'auto' },
      vendor: { account: () => null, ownedNumbers: async () => [...losing.owned, ...bought] },
    };
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
