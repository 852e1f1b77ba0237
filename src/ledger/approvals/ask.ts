import { createHash } from 'node:crypto';
import type { Approval, Cost, PriceList, Threshold } from '../../documents/index.ts';
import { isAbove } from '../../limits/index.ts';
import { NUMBER_TYPES, ofEachType } from '../../number-type.ts';
import { exceeds, firstMonthOf, mostOf } from '../../prices/index.ts';
import type { Queries } from '../ledger.ts';
import type { KeptCheck } from '../plans/check.ts';
import { findPrices, plannedCost } from '../plans/cost.ts';
import { isCopyOf } from '../plans/lock.ts';

/** An order that is sent again, its attempt that bought nothing, and what it asks for then. */
export type SentAgain = { order: number; attempt: number; numbers: number };

/** What is about to be bought, or bought again. */
export type Release = {
  kind: Approval['kind'];
  planId: number;
  /** Empty for a start. */
  orders: SentAgain[];
  /** What they ask for; of a start, what the plan asks for. */
  numbers: number;
};

/** A question, and whether it must be asked. */
export type Ask = {
  release: Release;
  accountId: number;
  threshold: Threshold;
  /** Counted together with what went before. */
  numbers: number;
  /** What that costs at most, once and in the first month; null: not known. */
  money: string | null;
  currency: string | null;
  facts: Approval['facts'];
  binding: string;
  isAbove: boolean;
};

/** A plan whose account has a threshold. */
export type GuardedPlan = { accountId: number; mode: string; sha256: string; threshold: Threshold };

type Plan = {
  id: number;
  copy: number;
  requested: number;
  orders: number;
  checked: KeptCheck;
  freed: number;
  isStarted: boolean;
};

const SHOWN = 20;

/**
 * Counts what a release means at this moment: a start with the started plans of the same lines,
 * another one with what was freed before it. Call it while all of these are locked, but to show it.
 */
export async function askFor(tx: Queries, release: Release, guarded: GuardedPlan): Promise<Ask> {
  const { accountId, threshold } = guarded;
  const plans = await tx.query<Plan>(
    `select p.id, p.copy, p.requested, p.orders, p.checked, p.freed,
       p.started_at is not null as "isStarted"
     from ledger.plans own join ledger.plans p on ${isCopyOf('p', 'own')}
     where own.id = $1 order by p.id`,
    [release.planId],
  );
  const plan = plans.find(({ id }) => id === release.planId)!;
  const { prices } = await findPrices(tx, release.planId);
  const isStart = release.kind === 'start';
  const copies = isStart ? plans.filter((each) => each.isStarted) : [];
  const before = isStart ? numbersOf(copies) : plan.freed;
  const numbers = before + release.numbers;
  const own = isStart ? costOfAll(plan, prices) : costOfSome(plan, prices, release.numbers);
  const all = isStart
    ? [own, ...copies.map((each) => costOfAll(each, prices))]
    : [costOfSome(plan, prices, numbers)];
  const money = prices && firstMonthOf(prices.currency, ...all);
  const currency = prices?.currency ?? null;
  const facts = factsOf(plan, release, { before, cost: own, prices: prices?.hash ?? null });
  const total = { numbers, money, currency };
  const binding = bindingOf(guarded, plan, release.kind, { ...total, facts });
  return {
    release,
    accountId,
    threshold,
    ...total,
    facts,
    binding,
    isAbove: isAbove(threshold, total),
  };
}

/** The dearest of these, once and monthly each by itself, and all that has no price in any. */
const dearestOf = (costs: Cost[]): Cost => ({
  once: mostAmount(costs.map(({ once }) => once)),
  monthly: mostAmount(costs.map(({ monthly }) => monthly)),
  unpriced: costs.flatMap(({ unpriced }) => unpriced),
});

const mostAmount = (amounts: (string | null)[]): string | null =>
  amounts.reduce((most, amount) =>
    most === null || amount === null ? null : exceeds(most, amount) ? amount : most,
  );

const numbersOf = (plans: Plan[]) => plans.reduce((sum, { requested }) => sum + requested, 0);

const costOfAll = ({ checked }: Plan, prices: PriceList | null): Cost | null =>
  plannedCost(prices, checked, [])?.atMost ?? null;

/** What this many numbers of the plan cost at most: as if all were of its dearest type. */
function costOfSome({ checked }: Plan, prices: PriceList | null, count: number): Cost | null {
  if (prices === null) return null;
  const { types, mayBeTollfree, slots } = checked;
  const perType = NUMBER_TYPES.filter((type) => types[type].numbers > 0).map((type) =>
    mostOf(prices, {
      types: ofEachType((other) => ({ numbers: other === type ? count : 0 })),
      mayBeTollfree: ofEachType((other) => (other === type && mayBeTollfree[type] > 0 ? count : 0)),
      slots: slots > 0 ? count : 0,
      areaCodes: [],
    }),
  );
  return dearestOf(perType);
}

function factsOf(
  { orders, checked }: Plan,
  { kind, orders: again, numbers }: Release,
  sums: Pick<Approval['facts'], 'before' | 'cost' | 'prices'>,
): Approval['facts'] {
  return {
    orders: kind === 'start' ? orders : again.length,
    numbers,
    ...sums,
    warnings: checked.warnings.map(({ message }) => message),
    warningCount: checked.warningCount,
    numbering: checked.numberingDate,
    firstOrders: again.slice(0, SHOWN).map(({ order }) => order),
  };
}

/** What an approval is for, besides its orders. What was freed earlier does not change it. */
function bindingOf(
  { accountId, mode, sha256 }: GuardedPlan,
  { id, copy, requested }: Plan,
  kind: Approval['kind'],
  { numbers, money, currency, facts }: Pick<Ask, 'numbers' | 'money' | 'currency' | 'facts'>,
): string {
  const plan = [id, sha256, copy, requested, facts.numbering];
  const sums = kind === 'start' ? [numbers, money] : [];
  const what = JSON.stringify([kind, [accountId, mode], plan, sums, currency, facts.prices]);
  return createHash('sha256').update(what).digest('hex');
}
