import type { Step } from '../../src/fallback/index.ts';
import {
  type Account,
  type ClaimedOrder,
  endPlans,
  type Ledger,
  openSuccessors,
} from '../../src/ledger/index.ts';
import { sql } from './ledger.ts';
import { line, newPlan, type SmallPlan } from './plans.ts';
import { answerTo, claim, newNumbers, record } from './sending.ts';

/** What a fallback means; unless named otherwise, the overlays of 212. */
export const step = (rung: number, areaCode: string, more: Partial<Step> = {}): Step => ({
  ...{ rung, name: 'overlay', areaCode, type: 'local', miles: 1.5, cap: null },
  ...more,
});

type Wishes = {
  account?: Account;
  sha256?: string;
  steps?: Step[];
  /** The cell, with caps as the steps have them. */
  fallback?: string;
  keepTrying?: string | null;
  quantities?: number[];
};

/** A running plan of lines in 212, from line 2 on, whose fallback means these steps. */
export function ladderPlan(ledger: Ledger, wishes: Wishes = {}): Promise<SmallPlan> {
  const { account, sha256, steps = [step(1, '332'), step(1, '646')] } = wishes;
  const { keepTrying = null, quantities = [25] } = wishes;
  const fallback = steps.length > 0 ? (wishes.fallback ?? 'overlay') : null;
  const lines = quantities.map((quantity, at) =>
    line({ line: at + 2, quantity, fallback, keepTrying }),
  );
  const ladders =
    fallback === null ? [] : [{ type: 'local' as const, areaCode: '212', fallback, steps }];
  const known = { ...(account ? { account } : {}), ...(sha256 ? { sha256 } : {}) };
  return newPlan(ledger, { ...known, lines, ladders });
}

/** What a sweep does for successors and ends. The next try of a standing line is an hour away. */
export async function goOn(ledger: Ledger, { account }: SmallPlan): Promise<void> {
  await openSuccessors(ledger, account.id, 3_600_000);
  await endPlans(ledger, account.id);
}

/** Sends all orders of the plan that wait. */
export async function sendWaiting(ledger: Ledger, plan: SmallPlan): Promise<ClaimedOrder[]> {
  const text = `select id from ledger.orders where plan_id = $1 and state = 'waiting' order by id`;
  const rows = await sql<{ id: number }>(ledger, text, [plan.id]);
  const sent = await claim(
    ledger,
    plan,
    rows.map(({ id }) => id),
  );
  return sent.sort((a, b) => a.id - b.id);
}

/** Sends what waits; the vendor sells each order so many numbers, and then the plan goes on. */
export async function sellEach(ledger: Ledger, plan: SmallPlan, ...sold: number[]): Promise<void> {
  for (const [at, order] of (await sendWaiting(ledger, plan)).entries()) {
    const n = sold[at] ?? 0;
    const outcome = n === order.quantity ? 'filled' : 'short';
    const numbers = newNumbers(n, order.areaCode ?? '800');
    await record(ledger, plan, answerTo(order, outcome, { numbers }));
  }
  await goOn(ledger, plan);
}

/** The next try of the plan's standing lines is now. */
export async function makeDue(ledger: Ledger, plan: SmallPlan): Promise<void> {
  const text = 'update ledger.standing set next_at = ledger.now() where plan_id = $1';
  await sql(ledger, text, [plan.id]);
  await goOn(ledger, plan);
}
