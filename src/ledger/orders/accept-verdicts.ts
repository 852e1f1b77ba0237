import { hasCode } from '../../errors.ts';
import type { Ledger } from '../ledger.ts';
import { clearVerdicts, type UnknownScope } from '../listings/proposals.ts';
import type { By } from '../plans/steer.ts';
import { acceptProposal, type Settled } from './settle.ts';

export type Accepted = {
  settled: Settled[];
  /** Clear verdicts that could not be accepted, each with its reason. */
  left: { order: number; why: string }[];
};

/**
 * Accepts the clear verdicts on all unknown orders of a plan, an account or everything. Unclear
 * orders stay unknown.
 */
export async function acceptVerdicts(
  ledger: Ledger,
  scope: UnknownScope,
  by: By,
): Promise<Accepted> {
  const accepted: Accepted = { settled: [], left: [] };
  for (const { order } of await clearVerdicts(ledger, scope)) {
    try {
      accepted.settled.push(await acceptProposal(ledger, order, by));
    } catch (error) {
      // A late answer or another person was quicker, another order took one of its numbers, or the
      // ledger may lack something.
      if (!hasCode(error, 'wrong_state', 'against_evidence')) throw error;
      accepted.left.push({ order, why: error.message });
    }
  }
  return accepted;
}
