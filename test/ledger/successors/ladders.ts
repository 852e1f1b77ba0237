import type { Step } from '../../../src/fallback/index.ts';
import type { ClaimedOrder } from '../../../src/ledger/index.ts';
import { step } from '../../support/ladder-plan.ts';
import type { OnLedger } from '../../support/on-ledger.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

const FALLBACK = 'overlay:10 to:202';
export const STEPS = [step(1, '332'), step(1, '646'), step(2, '202', { name: 'to:202' })];
export const AGAINST = { againstEvidence: true };

/** Short words for a test of the ladders of a plan: it sends, sells and looks. */
export function ladders(given: OnLedger) {
  const planWith = (
    wishes: { steps?: Step[]; keepTrying?: string | null; fallback?: string } = {},
    ...quantities: number[]
  ) => given.ladderPlan({ fallback: FALLBACK, steps: STEPS, ...wishes, quantities });
  const open = (plan: SmallPlan, everyMs = 3_600_000) =>
    given.openSuccessors(plan.account.id, everyMs);
  const end = (plan: SmallPlan) => given.endPlans(plan.account.id);
  const look = (plan: SmallPlan) => given.findPlan(plan.id);
  const waiting = async (plan: SmallPlan) => {
    const text = `select id from ledger.orders where plan_id = $1 and state = 'waiting' order by 1`;
    return (await given.sql<{ id: number }>(text, [plan.id])).map(({ id }) => id);
  };
  const sent = (plan: SmallPlan) => given.sendWaiting(plan);
  /** The vendor sells `n` numbers to the order. */
  const sell = (plan: SmallPlan, order: ClaimedOrder, n: number) =>
    given.record(
      plan,
      answerTo(order, n === order.quantity ? 'filled' : 'short', { numbers: newNumbers(n) }),
    );
  const nextOf = async (plan: SmallPlan) => {
    await open(plan);
    const [order] = await sent(plan);
    if (!order) throw new Error('No successor waits.');
    return order;
  };
  return { planWith, open, end, look, waiting, sent, sell, nextOf };
}
