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
import type { ScreenLine } from '../terminal/index.ts';

export async function mayCostOf(
  operations: Operations,
  { prices }: Account,
  check: PlanCheck,
): Promise<PlannedCost | null> {
  if (prices === null) return null;
  return plannedCost(prices, check, await operations.stockMet(mainAreaCodes(check)));
}

export function mayCostLines(mayCost: PlannedCost | null): (string | null)[] {
  if (mayCost === null) return [];
  const { currency, atMost } = mayCost;
  const most = sumWords(atMost, currency);
  if (most === null) return [`What it costs is not known: ${unpricedWords(atMost)}.`];
  return [`It costs at most ${most}.`, usualLine(mayCost)];
}

/** What earlier plans suggest, as a sentence; null where they suggest nothing. */
export function usualLine(mayCost: PlannedCost | null): string | null {
  if (!mayCost?.usual) return null;
  const about = sumWords(mayCost.usual, mayCost.currency);
  return about === null ? null : `Going by earlier plans, it costs about ${about}.`;
}

/** Of a plan that was read with them; null without prices. */
export type Costs = { mayCost?: PlannedCost | null; cost?: BoughtCost | null };

export function costLines(plan: PlanDocument & Costs): ScreenLine[] {
  const { state, mode, mayCost = null, cost = null } = plan;
  if (state === 'ready') return mayCostLines(mayCost).map((line) => line && `  ${line}`);
  if (cost === null) return [];
  const sum = sumWords(cost, cost.currency);
  if (sum === null) return [`  What it cost is not known: ${unpricedWords(cost)}.`];
  const it = mode === 'live' ? 'It has cost' : 'With a live account it would have cost';
  return [`  ${it} ${sum}${withoutWords(cost)}.`];
}
