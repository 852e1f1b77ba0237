/**
 * A ledger was put back to a time at which a remainder waited. Since then that one had been
 * cancelled, and its plan tried again.
 */

import { expect, test } from 'vitest';
import {
  changeAccount,
  endPlans,
  findPlan,
  settleOrder,
  steerPlan,
} from '../../src/ledger/index.ts';
import { planWith } from '../report/reported-plan.ts';
import { submitRemainder } from '../report/submitted-remainder.ts';
import { BY } from '../support/by.ts';
import { codeOf, orderRow } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { claim, newNumbers, sendOne } from '../support/sending.ts';
import { memoryStore, moveOn, openVouching } from './vouching.ts';

describeOnALedger('a remainder in a ledger that was put back', (given) => {
  const stateOf = async ({ id }: SmallPlan) => (await findPlan(given.ledger, id)).state;
  const resume = ({ id }: SmallPlan) => steerPlan(given.ledger, id, 'resume', BY, { again: true });

  /** The plan's order had this outcome. `goBack`: the witness knows of a later attempt of it. */
  const begin = async (
    outcome: 'refused' | 'short' = 'refused',
    { bought = 0, started = true } = {},
  ) => {
    const { ledger } = given;
    const plan = await planWith(ledger, [line({ line: 2, quantity: 10 })]);
    await sendOne(ledger, plan, outcome, { numbers: newNumbers(bought) });
    await endPlans(ledger, plan.account.id);
    const rest = await submitRemainder(ledger, plan);
    if (started) await steerPlan(ledger, rest.id, 'start', BY);
    const { vouch, sentUnknown } = await openVouching(ledger, { plan, store: memoryStore() });
    await vouch();
    const goBack = async () => {
      await sentUnknown(0, 2);
      await moveOn(ledger);
      expect(await vouch()).toBe(true);
      await changeAccount(ledger, plan.account.name, { resume: true }, BY);
    };
    const settleAsNothing = () =>
      settleOrder(ledger, plan.orders[0]!, { nothing: true }, BY, { againstEvidence: true });
    return { plan, rest, goBack, settleAsNothing };
  };

  test('is not started while nobody knows what its plan bought', async () => {
    const { plan, rest, goBack } = await begin('refused', { started: false });
    await goBack();
    expect(await orderRow(given.ledger, plan.orders[0]!)).toMatchObject({ state: 'unknown' });
    expect(await codeOf(steerPlan(given.ledger, rest.id, 'start', BY))).toBe('wrong_state');
  });

  test.each([
    ['refused', 0],
    ['short', 0],
    ['short', 3],
  ] as const)('pauses when the order in doubt was %s with %i', async (outcome, bought) => {
    const { rest, goBack } = await begin(outcome, { bought });
    await goBack();
    expect(await stateOf(rest)).toBe('paused');
    expect(await claim(given.ledger, rest)).toEqual([]);
  });

  test('keeps its plan from buying, when the order in doubt bought nothing', async () => {
    const { plan, rest, goBack, settleAsNothing } = await begin();
    await goBack();
    await resume(rest);
    await settleAsNothing();
    const reason = expect.stringContaining(`plan ${rest.id} may have bought`);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'paused', reason });
    expect(await claim(given.ledger, plan)).toEqual([]);
    expect(await claim(given.ledger, rest)).toHaveLength(1);
  });

  test('lets its plan buy when it was cancelled', async () => {
    const { plan, rest, goBack, settleAsNothing } = await begin();
    await goBack();
    await steerPlan(given.ledger, rest.id, 'cancel', BY);
    await endPlans(given.ledger, rest.account.id);
    await settleAsNothing();
    expect(await claim(given.ledger, plan)).toHaveLength(1);
  });
});
