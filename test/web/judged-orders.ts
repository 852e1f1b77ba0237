import type { Verdict } from '../../src/evidence/index.ts';
import { type ClaimedOrder, keepVerdicts, type Ledger } from '../../src/ledger/index.ts';
import { linesOf, newPlan } from '../support/plans.ts';
import { answerTo, claim, record } from '../support/sending.ts';

/** Unknown orders of ten, one for each verdict. */
export async function judgedOrders(ledger: Ledger, ...verdicts: (Partial<Verdict> | null)[]) {
  const plan = await newPlan(ledger, { lines: linesOf(...verdicts.map(() => 10)) });
  const orders = await claim(ledger, plan);
  const answers = orders.map((order) => answerTo(order, 'unknown', { body: 'cut off' }));
  await record(ledger, plan, ...answers);
  const base = {
    finding: 'nothing' as const,
    isClear: true,
    numbers: [],
    why: 'The list has none.',
  };
  await keepVerdicts(
    ledger,
    orders.flatMap(({ id, attempt }, at) =>
      verdicts[at] ? [{ order: id, attempt, ...base, ...verdicts[at] }] : [],
    ),
  );
  return { plan, orders: orders as [ClaimedOrder, ...ClaimedOrder[]] };
}
