/** Keys or an address that lead to another account of the vendor's, and back. */
import { expect, test } from 'vitest';
import { type ReconcileContext, reconcile, takeListing } from '../../src/maintenance/reconcile.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { answerTo, newNumbers } from '../support/sending.ts';

const [RIGHT, WRONG, ROTATED] = [11, 22, 33];

describeOnALedger("the vendor's list", (given) => {
  const begin = async () => {
    const { ledger } = given;
    const plan = await given.newPlan({ lines: linesOf(3, 3) });
    const listOf = (account: number, numbers: string[]): ReconcileContext => ({
      ...{ ledger, account: plan.account, log: silentLog, listLagMs: 0, mode: 'auto' },
      vendor: { account: () => account, ownedNumbers: async () => numbers },
    });
    const send = async (n: number, vendorAccount: number, outcome: 'unknown' | 'filled') => {
      const order = await given.claimOne(plan, plan.orders[n], { vendorAccount });
      const answer = answerTo(order, outcome);
      await given.recordAnswers(plan.account.id, [answer]);
      await given.passTime(plan.account, 600_000);
      return answer.numbers;
    };
    return { listOf, send };
  };

  test('shows nothing about an order that was sent to another account', async () => {
    const { listOf, send } = await begin();
    const owned = newNumbers(5);
    await takeListing(listOf(RIGHT, owned));
    await send(0, WRONG, 'unknown');
    const { proposals, settled } = await reconcile(listOf(RIGHT, owned));
    expect(proposals).toMatchObject([{ finding: 'open', isClear: false, numbers: [] }]);
    expect(proposals[0]?.why).toContain('settle it by hand');
    expect(settled).toEqual([]);
  });

  test('shows nothing either where the list before the order was of another account', async () => {
    const { listOf, send } = await begin();
    await takeListing(listOf(WRONG, []));
    await send(0, RIGHT, 'unknown');
    expect((await reconcile(listOf(RIGHT, newNumbers(5)))).proposals).toMatchObject([
      { finding: 'open' },
    ]);
  });

  test('counts after a change of keys, when it has the numbers that lists had before', async () => {
    const { listOf, send } = await begin();
    const owned = newNumbers(5);
    await takeListing(listOf(RIGHT, owned));
    await send(0, RIGHT, 'unknown');
    expect((await reconcile(listOf(ROTATED, owned))).proposals).toMatchObject([
      { attempt: 1, finding: 'nothing' },
    ]);
  });

  test('is not kept when it is of another account, and has none of the numbers', async () => {
    const { listOf, send } = await begin();
    await takeListing(listOf(RIGHT, []));
    const sold = await send(0, RIGHT, 'filled');
    await expect(takeListing(listOf(WRONG, newNumbers(20)))).rejects.toMatchObject({
      code: 'bad_config',
      message: expect.stringContaining(`has 0 of the ${sold.length} numbers`),
    });
    await send(1, RIGHT, 'unknown');
    expect((await reconcile(listOf(WRONG, newNumbers(20)))).proposals).toMatchObject([
      { finding: 'open', why: expect.stringContaining('Check DIALOGTECH_URL and the keys') },
    ]);
    expect((await reconcile(listOf(RIGHT, sold))).proposals).toMatchObject([
      { finding: 'nothing' },
    ]);
  });
});
