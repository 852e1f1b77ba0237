import { count, counted, duration } from '../english.ts';
import { type PlanDocument, paceOf } from '../ledger/index.ts';
import type { StandingPlan } from '../obstacles/index.ts';
import { inColour, type Line } from '../terminal/index.ts';
import { nextSteps } from './next-steps.ts';
import type { Place } from './obstacles.ts';

/** A plan's sums, and what a person can do about it. */
export const describePlan = (plan: StandingPlan, place: Place): Line[] => [
  ...describeSums(plan),
  ...nextSteps(plan, place),
];

/** Shows the invariant "it adds up" as a sum. */
export function describeSums(plan: PlanDocument): Line[] {
  const mode = plan.mode === 'sandbox' ? 'sandbox: nothing is really bought' : 'LIVE';
  // The reason of a running plan is an obstacle, which has its own line.
  const reason = plan.reason && plan.state !== 'running' ? ` (${plan.reason})` : '';
  const parts = PARTS.filter((part) => part === 'bought' || plan[part] > 0).flatMap((part, at) => [
    at === 0 ? '' : ' + ',
    inColour(`${count(plan[part])} ${part}`, part),
  ]);
  return [
    [
      `Plan ${plan.id}  ${plan.name}  `,
      inColour(plan.state),
      `${reason}  account "${plan.account}" (`,
      inColour(mode),
      ')',
    ],
    [`  ${count(plan.requested)} requested = `, ...parts],
    `  ${counted(plan.lines, 'line')}, ${counted(plan.orders, 'order')}, ${paceWords(plan)}`,
    ...surplusOf(plan),
  ];
}

const PARTS = [
  'bought',
  'short',
  'refused',
  'undelivered',
  'unknown',
  'cancelled',
  'pending',
] as const;

/** An ended plan has its own average pace; the account's may have changed. */
function paceWords(plan: PlanDocument): string {
  const { startedAt, endedAt, pendingOrders, rate, etaSeconds, secondsNeeded } = plan;
  if (endedAt !== null && startedAt !== null) {
    const took = `ended after ${duration((endedAt.getTime() - startedAt.getTime()) / 1000)}`;
    const pace = paceOf(plan);
    return pace === null ? took : `${took}, ${pace} orders per second on average`;
  }
  const pace = rate === null ? 'no pace set' : `${rate} per second`;
  const pending = `${count(pendingOrders)} of them pending, ${pace}`;
  if (etaSeconds !== null) return `${pending}, about ${duration(etaSeconds)} left`;
  if (secondsNeeded === null || pendingOrders === 0) return pending;
  return `${pending}, about ${duration(secondsNeeded)} once it continues`;
}

function surplusOf({ id, surplus }: PlanDocument): Line[] {
  if (surplus === 0) return [];
  return [
    `  Surplus: the vendor named ${counted(surplus, 'number')} that no order has. ` +
      `They were paid for: "results ${id}" lists them in surplus.csv`,
  ];
}
