import { type Ledger, sayForeign } from '../../src/ledger/index.ts';
import { BY } from './by.ts';
import type { SmallPlan } from './plans.ts';

/** A person says that numbers of the account were bought outside this program. */
export function callForeign(
  ledger: Ledger,
  { account }: SmallPlan,
  numbers: string[],
  options: { undo?: boolean; againstEvidence?: boolean } = {},
) {
  const said = { numbers, undo: false, againstEvidence: false, ...options };
  return sayForeign(ledger, account, said, BY);
}
