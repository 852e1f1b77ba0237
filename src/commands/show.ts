import type { Command } from 'commander';
import { count, counted } from '../english.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import { openOffice, serverOption } from './office.ts';
import { answer, duration, idOf, table } from './output.ts';

export function addShow(program: Command): void {
  program
    .command('show')
    .argument('<id>')
    .description("a plan's state and sums")
    .addOption(serverOption())
    .action(async (id: string, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = idOf(id, 'plan');
      await using office = await openOffice(`show ${id}`, command);
      const plan = await office.show(planId);
      answer(json, plan, () => {
        const log = plan.events
          .map((e) => [e.at.toISOString(), e.kind, e.orderId ?? '', e.who, e.why ?? ''].map(String))
          .reverse();
        return `${describePlan(plan)}\n${table(['when', 'what', 'order', 'who', 'why'], log)}`;
      });
    });
}

export function addPlans(program: Command): void {
  program
    .command('plans')
    .description('the plans, newest first')
    .addOption(serverOption())
    .action(async (_options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await using office = await openOffice('plans', command);
      const plans = await office.plans();
      answer(json, plans, () =>
        plans.length === 0
          ? 'No plans yet. "order PLAN.csv" or "submit PLAN.csv" makes one.'
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

/** Law 4 as a sentence: the sum stands there, to be added up. */
export function describePlan(plan: PlanDocument): string {
  const mode = plan.mode === 'sandbox' ? 'sandbox: nothing is really bought' : 'LIVE';
  const reason = plan.reason ? ` (${plan.reason})` : '';
  const parts = (
    ['bought', 'short', 'refused', 'undelivered', 'unknown', 'cancelled', 'pending'] as const
  )
    .filter((part) => part === 'bought' || plan[part] > 0)
    .map((part) => `${count(plan[part])} ${part}`);
  const left = plan.etaSeconds === null ? '' : `, about ${duration(plan.etaSeconds)} left`;
  return [
    `Plan ${plan.id}  ${plan.name}  ${plan.state}${reason}  account "${plan.account}" (${mode})`,
    `  ${count(plan.requested)} requested = ${parts.join(' + ')}`,
    `  ${counted(plan.lines, 'line')}, ${counted(plan.orders, 'order')}, ${count(plan.pendingOrders)} of them pending, ${plan.rate === null ? 'no pace set' : `${plan.rate} per second`}${left}`,
    ...surplusOf(plan),
    ...whatNext(plan),
  ].join('\n');
}

function surplusOf({ id, surplus }: PlanDocument): string[] {
  if (surplus === 0) return [];
  return [
    `  Surplus: the vendor named ${counted(surplus, 'number')} that no order has. They were paid for: "results ${id}" lists them in surplus.csv`,
  ];
}

/** What a person has to do before it goes on. */
function whatNext({ id, state, account, isMoving }: PlanDocument): string[] {
  if (state === 'ready') return [`  It has not been started: "start ${id}" starts it.`];
  if (state === 'paused') return [`  It is paused: "resume ${id}" goes on with it.`];
  if (state !== 'running' || isMoving) return [];
  return [
    `  Its account is paused. When that is put right: account ${account} --resume --why "what you did"`,
  ];
}
