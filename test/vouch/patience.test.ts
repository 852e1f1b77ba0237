import { expect, test } from 'vitest';
import { Watch } from '../../src/ledger/index.ts';
import { reconcile, reconcileDue } from '../../src/maintenance/index.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import type { SmallPlan } from '../support/plans.ts';
import { newNumbers } from '../support/sending.ts';
import { memoryStore } from './vouching.ts';

describeOnALedger('workers that are configured differently', (given) => {
  /** Another worker beats that waits for ten minutes, and lets the list lag as long. */
  const beatOfPatient = ({ account: { id: accountId } }: SmallPlan) => {
    const patience = { deadlineMs: 600_000, listLagMs: 600_000 };
    return new Watch(given.ledger, { accountId, name: `patient ${accountId}`, patience }).beat();
  };
  /** A plan of one order, sent after a list that has `owned`. */
  const listedPlan = async () => {
    const plan = await given.newPlan();
    const owned = newNumbers(1);
    await given.readList(plan.account, owned);
    let listsRead = 0;
    const context = given.reconcilingBy(plan, () => {
      listsRead += 1;
      return owned;
    });
    const findings = async () => {
      const { proposals } = await reconcile(context);
      return proposals.map(({ finding }) => finding);
    };
    /** How many lists a worker reads for them by itself. */
    const readByItself = async () => {
      const before = listsRead;
      await reconcileDue(context);
      return listsRead - before;
    };
    return { plan, findings, readByItself, pass: (ms: number) => given.passTime(plan.account, ms) };
  };

  test('judge a lost order when the request of the most patient one must be over', async () => {
    const { plan, findings, pass } = await listedPlan();
    const { vouch, sentUnknown } = await given.openVouching({ plan, store: memoryStore() });
    await sentUnknown(0, 1);
    await beatOfPatient(plan);
    await given.moveOn();
    expect(await vouch()).toBe(true);
    await given.noteGone(`patient ${plan.account.id}`);
    await pass(599_999);
    expect(await findings()).toEqual(['later']);
    await pass(1);
    expect(await findings()).toEqual(['nothing']);
  });

  test('let the list lag as long as the most patient one does', async () => {
    const { plan, findings, readByItself, pass } = await listedPlan();
    await given.sendOne(plan, 'unknown');
    await beatOfPatient(plan);
    await pass(599_999);
    expect(await readByItself()).toBe(0);
    expect(await findings()).toEqual(['later']);
    await pass(1);
    expect(await findings()).toEqual(['nothing']);
  });

  test('look at the list for a restarted database when the most patient one would', async () => {
    const { plan, vouch, pass } = await given.openVouching({ look: async () => null });
    const watched = async (ms: number) => {
      pass(ms);
      await given.passTime(plan.account, ms);
    };
    await beatOfPatient(plan);
    await given.moveOn();
    await vouch();
    await watched(1_199_999);
    expect(await vouch()).toBe(false);
    await watched(1);
    expect(await vouch()).toBe(true);
  });
});
