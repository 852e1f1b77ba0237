import type { Command } from 'commander';
import { findPlan, listPlans, type PlanDocument, planEvents } from '../ledger/index.ts';
import { answer, count, counted, duration, idOf, table } from './output.ts';
import { openSession } from './session.ts';

export function addShow(program: Command): void {
  program
    .command('show')
    .argument('<id>')
    .description("a plan's state and sums")
    .action(async (id: string, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = idOf(id, 'plan');
      await using session = await openSession(`show ${id}`);
      const plan = await findPlan(session.ledger, planId);
      const events = await planEvents(session.ledger, planId);
      answer(json, { ...plan, events }, () => {
        const log = events
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
    .action(async (_options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      await using session = await openSession('plans');
      const plans = await listPlans(session.ledger);
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
                'pending',
              ],
              plans.map((p) => [
                String(p.id),
                p.name,
                p.account,
                p.state,
                p.requested,
                p.bought,
                p.short + p.refused + p.undelivered + p.cancelled,
                p.unknown,
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
    `  ${counted(plan.lines, 'line')}, ${counted(plan.orders, 'order')}, ${count(plan.pendingOrders)} of them pending, ${plan.rate} per second${left}`,
  ].join('\n');
}
