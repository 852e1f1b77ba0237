import type {
  BoughtCost,
  PlanDocument,
  PlannedCost,
  PriceList,
  StockMet,
} from '../../documents/index.ts';
import { costOf, firstMonthOf, type Goods, mostOf, usualOf } from '../../prices/index.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { boughtGoods } from './bought.ts';
import { cachedSums } from './cached-sums.ts';
import type { KeptCheck } from './check.ts';
import { stockMet } from './stock-met.ts';

/** What a plan has cost, over every number that is recorded for it; null without prices. */
export async function boughtCost(ledger: Queries, plan: PlanDocument): Promise<BoughtCost | null> {
  const { prices } = await findPrices(ledger, plan.id);
  return prices && costBy(prices, await boughtGoods(ledger, plan), plan);
}

const keptGoods = cachedSums(boughtGoods);

/** The same for who asks again and again: of a large plan that runs, up to two minutes old. */
export async function recentCost(ledger: Ledger, plan: PlanDocument): Promise<BoughtCost | null> {
  const { prices } = await findPrices(ledger, plan.id);
  return prices && costBy(prices, await keptGoods(ledger, plan), plan);
}

/** What a plan may cost; null without prices. */
export async function costAhead(
  ledger: Queries,
  plan: PlanDocument,
  check: KeptCheck,
): Promise<PlannedCost | null> {
  const { prices, accountId } = await findPrices(ledger, plan.id);
  if (prices === null) return null;
  const codes = plan.state === 'ready' ? check.areaCodes.map(({ areaCode }) => areaCode) : [];
  return plannedCost(prices, check, await stockMet(ledger, codes, accountId));
}

function costBy(prices: PriceList, goods: Goods, plan: PlanDocument): BoughtCost {
  const without = (['unknown', 'surplus'] as const).filter((each) => plan[each] > 0);
  const { hash, currency } = prices;
  return { prices: hash, currency, ...costOf(prices, goods), without };
}

type Checked = Pick<KeptCheck, 'types' | 'slots' | 'mayBeTollfree' | 'areaCodes'> & {
  faultCount?: number;
};

/** Null without prices, and for a plan with faults. */
export function plannedCost(
  prices: PriceList | null,
  { types, slots, mayBeTollfree, areaCodes, faultCount = 0 }: Checked,
  stock: StockMet[],
): PlannedCost | null {
  if (prices === null || faultCount > 0) return null;
  const wanted = { types, slots, mayBeTollfree, areaCodes };
  return {
    prices: prices.hash,
    currency: prices.currency,
    atMost: mostOf(prices, wanted),
    usual: usualOf(prices, wanted, stock),
  };
}

/** What a plan may cost once and for its first month, as limits count it; null: not known. */
export function firstMonth(mayCost: PlannedCost | null): string | null {
  return mayCost && firstMonthOf(mayCost.currency, mayCost.atMost);
}

/** The prices that count for a plan: those of its start, or today's before that. */
export async function findPrices(
  ledger: Queries,
  planId: number,
): Promise<{ prices: PriceList | null; accountId: number }> {
  const rows = await ledger.query<{ prices: PriceList | null; accountId: number }>(
    `select l.list as prices, a.id as "accountId"
     from ledger.plans p join ledger.accounts a on a.id = p.account_id
       left join ledger.price_lists l
         on l.hash = case when p.state = 'ready' then a.prices else p.prices end
     where p.id = $1`,
    [planId],
  );
  return only(rows, 'a plan');
}
