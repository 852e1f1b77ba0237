import { BY } from '../../support/by.ts';
import type { Given } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { newNumbers } from '../../support/sending.ts';

export const HOUR_MS = 3_600_000;

/** A refusal in words that the program does not know proves little. */
export const UNPROVEN = { what: 'Your numbers are in your basket' };

/** What an order lacks only by somebody's word is asked for elsewhere, and the list has it. */
export function contradictedOn(given: Given) {
  const owned = newNumbers(3, '646');
  const list = ({ account }: SmallPlan, ...numbers: string[]) =>
    given.readList(account, [...owned, ...numbers]);
  const look = ({ id }: SmallPlan) => given.findPlan(id);
  const first = ({ orders }: SmallPlan) => given.orderRow(orders[0]!);
  const settle = ({ orders }: SmallPlan, bought: string[], options = {}) =>
    given.settleOrder(orders[0]!, { bought }, BY, options);
  const open = ({ account }: SmallPlan) => given.openSuccessors(account.id, HOUR_MS);
  const end = ({ account }: SmallPlan) => given.endPlans(account.id);
  const breaches = ({ id }: SmallPlan) => given.breachesOf(id);
  const refuseAndCancel = async (plan: SmallPlan) => {
    await given.sendOne(plan, 'refused', UNPROVEN);
    await given.steerPlan(plan.id, 'cancel', BY);
    await end(plan);
  };

  /** The first order, for ten in 212, was cut off; a list that lags shows three of them. */
  const settled = async (plan: SmallPlan): Promise<string[]> => {
    await list(plan);
    await given.sendOne(plan, 'unknown');
    const bought = newNumbers(3);
    await list(plan, ...bought);
    await settle(plan, bought);
    return bought;
  };
  return { list, look, first, settle, open, end, breaches, refuseAndCancel, settled };
}
