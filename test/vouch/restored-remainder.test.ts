/**
 * A ledger was put back to a time at which a remainder waited. Since then that one had been
 * cancelled, and its plan tried again.
 */

import { expect, test } from 'vitest';
import { BY } from '../support/by.ts';
import { codeOf } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { newNumbers } from '../support/sending.ts';
import { memoryStore } from './vouching.ts';

describeOnALedger('a remainder in a ledger that was put back', (given) => {
  const stateOf = async ({ id }: SmallPlan) => (await given.findPlan(id)).state;
  const resume = ({ id }: SmallPlan) => given.steerPlan(id, 'resume', BY, { again: true });

  /** The plan's order had this outcome. `goBack`: the witness knows of a later attempt of it. */
  const begin = async (
    outcome: 'refused' | 'short' = 'refused',
    { bought = 0, started = true } = {},
  ) => {
    const plan = await given.planWith([line({ line: 2, quantity: 10 })]);
    await given.sendOne(plan, outcome, { numbers: newNumbers(bought) });
    await given.endPlans(plan.account.id);
    const rest = await given.submitRemainder(plan);
    if (started) await given.steerPlan(rest.id, 'start', BY);
    const { vouch, sentUnknown } = await given.openVouching({ plan, store: memoryStore() });
    await vouch();
    const goBack = async () => {
      await sentUnknown(0, 2);
      await given.moveOn();
      expect(await vouch()).toBe(true);
      await given.changeAccount(plan.account.name, { resume: true }, BY);
    };
    const settleAsNothing = () =>
      given.settleOrder(plan.orders[0]!, { nothing: true }, BY, { againstEvidence: true });
    return { plan, rest, goBack, settleAsNothing };
  };

  test('is not started while nobody knows what its plan bought', async () => {
    const { plan, rest, goBack } = await begin('refused', { started: false });
    await goBack();
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
    expect(await codeOf(given.steerPlan(rest.id, 'start', BY))).toBe('wrong_state');
  });

  test.each([
    ['refused', 0],
    ['short', 0],
    ['short', 3],
  ] as const)('pauses when the order in doubt was %s with %i', async (outcome, bought) => {
    const { rest, goBack } = await begin(outcome, { bought });
    await goBack();
    expect(await stateOf(rest)).toBe('paused');
    expect(await given.claim(rest)).toEqual([]);
  });

  test('keeps its plan from buying, when the order in doubt bought nothing', async () => {
    const { plan, rest, goBack, settleAsNothing } = await begin();
    await goBack();
    await resume(rest);
    await settleAsNothing();
    const reason = expect.stringContaining(`plan ${rest.id} may have bought`);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'paused', reason });
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.claim(rest)).toHaveLength(1);
  });

  test('lets its plan buy when it was cancelled', async () => {
    const { plan, rest, goBack, settleAsNothing } = await begin();
    await goBack();
    await given.steerPlan(rest.id, 'cancel', BY);
    await given.endPlans(rest.account.id);
    await settleAsNothing();
    expect(await given.claim(plan)).toHaveLength(1);
  });
});
