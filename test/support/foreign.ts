import { type Ledger, sayForeign } from '../../src/ledger/index.ts';
import type { SmallPlan } from './plans.ts';

export const BY = { who: 'Ada', why: 'bought in the portal' };

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
