import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Account,
  endPlans,
  type Ledger,
  orderId,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import { checkPlan, readLines } from '../../src/plan/index.ts';
import { knownRemainder } from '../../src/report/index.ts';
import { BY } from '../support/by.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { answerTo, record, settleInPart } from '../support/sending.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { planWith, textOf } from './reported-plan.ts';

/**
 * A text in a file of that name, looked at: whose remainder it is. `store` submits it, as a plan of
 * one order that is ready.
 */
export async function lookAt(
  ledger: Ledger,
  { account }: SmallPlan,
  text: string,
  name = 'remainder.csv',
  again = false,
) {
  const path = join(temporaryFolder(), name);
  await writeFile(path, text);
  const check = await checkPlan(path);
  const known = await knownRemainder(ledger, account, check, name);
  const wish = { accountId: account.id, ...known, check, again, who: 'Ada' };
  const store = async (on = ledger): Promise<SmallPlan> => {
    const id = await submitPlan(on, { ...wish, lines: () => readLines(path, check) });
    return { account, id, orders: [orderId(id, 1)] };
  };
  return { known, store };
}

export async function lookAtRemainder(ledger: Ledger, plan: SmallPlan) {
  return lookAt(ledger, plan, await textOf(ledger, plan, 'remainder.csv'));
}

export async function submitRemainder(ledger: Ledger, plan: SmallPlan): Promise<SmallPlan> {
  return (await lookAtRemainder(ledger, plan)).store();
}

/** A plan's remainder, paused by a person and overtaken by a late answer since. Returns its id. */
export async function overtakenWhilePaused(ledger: Ledger, account?: Account): Promise<number> {
  const lines = [line({ line: 2, quantity: 10 })];
  const plan = await planWith(ledger, lines, [], account && { account });
  const { order, named } = await settleInPart(ledger, plan);
  await endPlans(ledger, plan.account.id);
  const { id } = await submitRemainder(ledger, plan);
  await steerPlan(ledger, id, 'start', BY);
  await steerPlan(ledger, id, 'pause', { ...BY, why: 'lunch' });
  await record(ledger, plan, answerTo(order, 'filled', { numbers: named }));
  return id;
}
