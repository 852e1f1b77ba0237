import type { Accepted } from '../../documents/index.ts';
import { hasCode } from '../../errors.ts';
import { approveSettling } from '../approvals/settling.ts';
import type { By } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { findingsOf, type NamedVerdict } from '../listings/verdicts.ts';
import { acceptVerdict } from './accept-verdict.ts';
import type { Look } from './objections.ts';
import { lookAtUnexplained } from './unexplained.ts';

/**
 * Accepts the verdicts that somebody looked at, and no other, each in a transaction of its own.
 * What became stale is left out, with the reason. Those that bought come first; the others share
 * one look for numbers that nothing explains.
 */
export async function acceptVerdicts(
  ledger: Ledger,
  named: NamedVerdict[],
  by: By,
): Promise<Accepted> {
  const accepted: Accepted = { settled: [], left: [] };
  const once = new Map(named.map((each) => [each.order, each]));
  const findings = await findingsOf(ledger, [...once.values()]);
  const isLater = ({ order }: NamedVerdict) => (findings.get(order)?.finding === 'bought' ? 0 : 1);
  const boughtNothing = (order: number) => {
    const said = findings.get(order);
    return said?.stands === true && said.finding === 'nothing';
  };
  const rising = [...once.values()].sort((a, b) => isLater(a) - isLater(b) || a.order - b.order);
  const nothing = rising.map(({ order }) => order).filter(boughtNothing);
  const { passed, waiting } = await approveSettling(ledger, nothing, by);
  const look = lookedOnce();
  for (const { order, attempt, verdict } of rising) {
    const waits = waiting.get(order);
    if (waits !== undefined) {
      accepted.left.push({ order, why: waits });
      continue;
    }
    try {
      const shared = boughtNothing(order) ? look : undefined;
      const looked = { attempt, verdict, look: shared, passed: passed.get(order) };
      accepted.settled.push(await acceptVerdict(ledger, order, by, looked));
    } catch (error) {
      // A late answer or another person was quicker, the list says something else now, another
      // order took one of its numbers, or the ledger may lack something.
      if (!hasCode(error, ...LEFT)) throw error;
      accepted.left.push({ order, why: error.message });
    }
  }
  return accepted;
}

const LEFT = ['wrong_state', 'against_evidence', 'needs_approval', 'not_found'] as const;

/** Reads the numbers that nothing explains once for each account. */
function lookedOnce(): Look {
  const seen = new Map<number, ReturnType<Look>>();
  return (tx, accountId) => {
    const numbers = seen.get(accountId) ?? lookAtUnexplained(tx, accountId);
    seen.set(accountId, numbers);
    return numbers;
  };
}
