import { count, counted, duration, elapsed } from '../english.ts';
import {
  exactOf,
  isBetweenTries,
  isPlaced,
  orderWords,
  type PlanDocument,
  paceOf,
  stateWord,
} from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import { inColour, type ScreenLine } from '../terminal/index.ts';
import { type Costs, costLines } from './cost.ts';
import { nextSteps } from './next-steps.ts';
import type { CommandSite } from './obstacles.ts';
import { answersAwaited } from './standing.ts';

export const describePlan = (plan: ObservedPlan & Costs, site: CommandSite): ScreenLine[] => [
  ...describeSums(plan),
  ...nextSteps(plan, site),
];

/** Shows the invariant "it adds up" as a sum. */
export function describeSums(plan: PlanDocument & Costs): ScreenLine[] {
  const mode = plan.mode === 'sandbox' ? 'sandbox: nothing is really bought' : 'LIVE';
  // The reason of a plan that runs or stands is an obstacle, which has its own line.
  const reason = plan.reason && !isPlaced(plan) ? ` (${plan.reason})` : '';
  const parts = partsOf(plan).flatMap(([part, n], at) => [
    at === 0 ? '' : ' + ',
    inColour(`${count(n)} ${part}`, part),
  ]);
  return [
    [
      `Plan ${plan.id}  ${plan.name}  `,
      inColour(stateWord(plan)),
      `${reason}  account "${plan.account}" (`,
      inColour(mode),
      ')',
    ],
    [`  ${count(plan.requested)} requested = `, ...parts],
    `  ${counted(plan.lines, 'line')}, ${orderWords(plan)}, ${paceWords(plan)}`,
    ...costLines(plan),
    surplusLine(plan),
  ];
}

/** What is not zero. Bought is exact and substituted, once something was substituted. */
function partsOf(plan: PlanDocument): [string, number][] {
  const bought: [string, number][] =
    plan.substituted === 0
      ? [['bought', plan.bought]]
      : [
          ['exact', exactOf(plan)],
          ['substituted', plan.substituted],
        ];
  const rest = PARTS.filter((part) => plan[part] > 0);
  return [...bought, ...rest.map((part): [string, number] => [part, plan[part]])];
}

const PARTS = ['short', 'refused', 'undelivered', 'unknown', 'cancelled', 'pending'] as const;

/** An ended plan has its own average pace; the account's may have changed. */
function paceWords(plan: PlanDocument): string {
  const { startedAt, endedAt, pendingOrders, rate, etaSeconds, secondsNeeded } = plan;
  if (endedAt !== null && startedAt !== null) {
    const took = `ended after ${elapsed(endedAt.getTime() - startedAt.getTime())}`;
    const pace = paceOf(plan);
    return pace === null ? took : `${took}, ${pace} orders per second on average`;
  }
  if (plan.isCancelling) return `${count(pendingOrders)} of them left to cancel`;
  const awaited = answersAwaited(plan);
  if (awaited !== null) return awaited;
  const pace = rate === null ? 'no pace set' : `${rate} per second`;
  const pending = `${count(pendingOrders)} of them pending, ${pace}`;
  if (isBetweenTries(plan)) return `${pending}, none before the next try`;
  if (etaSeconds !== null) return `${pending}, about ${duration(etaSeconds)} left`;
  if (secondsNeeded === null || pendingOrders === 0) return pending;
  const then = startedAt === null ? 'is started' : 'continues';
  return `${pending}, about ${duration(secondsNeeded)} once it ${then}`;
}

function surplusLine({ id, surplus }: PlanDocument): ScreenLine {
  if (surplus === 0) return null;
  return (
    `  Surplus: the vendor named ${counted(surplus, 'number')} for orders that do not have them. ` +
    `They were paid for: "results ${id}" lists them in surplus.csv`
  );
}
