import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ledger, orderId, submitPlan } from '../../src/ledger/index.ts';
import { checkPlan, readLines } from '../../src/plan/index.ts';
import { knownRemainder } from '../../src/report/index.ts';
import type { SmallPlan } from '../support/plans.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { textOf } from './reported-plan.ts';

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
