import type { Command } from 'commander';
import { count, counted } from '../english.ts';
import { type LedgerEvent, missingOf, type PlanDocument, paceOf } from '../ledger/index.ts';
import type { StandingPlan } from '../obstacles/index.ts';
import { inColour, type Line, table } from '../terminal/index.ts';
import { nextSteps } from './next-steps.ts';
import type { Place } from './obstacles.ts';
import { openOperations, serverOption } from './operations.ts';
import { answer, duration, idOf } from './output.ts';
import { describeLines } from './plan-lines.ts';

export function addShow(program: Command): void {
  program
    .command('show')
    .argument('<id>')
    .description("a plan's state and sums")
    .addOption(serverOption())
    .action(async (id: string, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = idOf(id, 'plan');
      await using operations = await openOperations(`show ${id}`, command);
      const plan = await operations.show(planId);
      const lines = json ? [] : await describeLines(operations, plan);
      const events = plan.events
        .map((e) => [
          e.at.toISOString(),
          `${e.kind}${detailsOf(e)}`,
          String(e.orderId ?? ''),
          e.who,
          e.why ?? '',
        ])
        .reverse();
      const names = { plan: planId, pace: paceOf(plan) ?? plan.rate };
      answer(json, { ...plan, ...names }, () => [
        ...describePlan(plan, operations),
        ...lines,
        ...table(['when', 'what', 'order', 'who', 'why'], events),
      ]);
    });
}

export function addPlans(program: Command): void {
  program
    .command('plans')
    .description('the plans, newest first')
    .addOption(serverOption())
    .action(async (_options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await using operations = await openOperations('plans', command);
      const plans = await operations.plans();
      answer(json, plans, () =>
        plans.length === 0
          ? ['No plans yet. "order PLAN.csv" or "submit PLAN.csv" makes one.']
          : table(
              [
                'id',
                'plan',
                'account',
                'state',
                'requested',
                'bought',
                'missing',
                'unknown',
                'cancelled',
                'pending',
              ],
              plans.map((p) => [
                String(p.id),
                p.name,
                p.account,
                p.state,
                p.requested,
                p.bought,
                missingOf(p),
                p.unknown,
                p.cancelled,
                p.pending,
              ]),
            ),
      );
    });
}

/** A plan's sums, and what a person can do about it. */
export const describePlan = (plan: StandingPlan, place: Place): Line[] => [
  ...describeSums(plan),
  ...nextSteps(plan, place),
];

/** It adds up, as a sentence: the sum stands there, to be added up. */
export function describeSums(plan: PlanDocument): Line[] {
  const mode = plan.mode === 'sandbox' ? 'sandbox: nothing is really bought' : 'LIVE';
  // While it runs, that is what stands in its way, which has a line of its own.
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

/** The plan's own pace when it has ended: its account's is another one by then. */
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
  return `${pending}, about ${duration(secondsNeeded)} once it goes on`;
}

function surplusOf({ id, surplus }: PlanDocument): Line[] {
  if (surplus === 0) return [];
  return [
    `  Surplus: the vendor named ${counted(surplus, 'number')} that no order has. They were paid for: "results ${id}" lists them in surplus.csv`,
  ];
}

/** ` (rate 2)`: what an event says besides who and why. */
function detailsOf({ kind, detail }: LedgerEvent): string {
  const facts = Object.entries(detail)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    // An account's pause and resume note its pace as well, which they leave as it is.
    .filter(([name]) => name !== 'rate' || kind === 'account_rate')
    .map(([name, value]) => `${name} ${value}`);
  const isWithoutPace = kind === 'account_rate' && detail.rate === null;
  if (isWithoutPace) facts.push('no pace');
  return facts.length > 0 ? ` (${facts.join(', ')})` : '';
}
