import {
  type Account,
  type BoughtCost,
  type PlanDocument,
  type PlannedCost,
  plannedCost,
} from '../ledger/index.ts';
import type { Operations } from '../operations/index.ts';
import { mainAreaCodes, type PlanCheck } from '../plan/index.ts';
import { sumWords, unpricedWords, withoutWords } from '../prices/index.ts';

/** What a checked plan may cost its account; null without prices. */
export async function mayCostOf(
  operations: Operations,
  { prices }: Account,
  check: PlanCheck,
): Promise<PlannedCost | null> {
  if (prices === null) return null;
  return plannedCost(prices, check, await operations.stockMet(mainAreaCodes(check)));
}

/** What a plan may cost, as sentences; none without prices. */
export function mayCostLines(mayCost: PlannedCost | null): string[] {
  if (mayCost === null) return [];
  const { currency, atMost } = mayCost;
  const most = sumWords(atMost, currency);
  return most === null
    ? [`What it costs is not known: ${unpricedWords(atMost)}.`]
    : [`It costs at most ${most}.`, ...usualLines(mayCost)];
}

/** What earlier plans suggest, as a sentence; none where they suggest nothing. */
export function usualLines(mayCost: PlannedCost | null): string[] {
  if (!mayCost?.usual) return [];
  const about = sumWords(mayCost.usual, mayCost.currency);
  return about === null ? [] : [`Going by earlier plans, it costs about ${about}.`];
}

/** Of a plan that was read with them; null without prices. */
export type Costs = { mayCost?: PlannedCost | null; cost?: BoughtCost | null };

/** What a plan has cost, or may cost before its start. */
export function costLines(plan: PlanDocument & Costs): string[] {
  const { state, mode, mayCost = null, cost = null } = plan;
  if (state === 'ready') return mayCostLines(mayCost).map((line) => `  ${line}`);
  if (cost === null) return [];
  const sum = sumWords(cost, cost.currency);
  if (sum === null) return [`  What it cost is not known: ${unpricedWords(cost)}.`];
  const it = mode === 'live' ? 'It has cost' : 'With a live account it would have cost';
  return [`  ${it} ${sum}${withoutWords(cost)}.`];
}
