import type { Command } from 'commander';
import { describeLines, describePlan } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { eventSentence, reasonBeside } from '../events/index.ts';
import { type Approval, missingOf, type PlanDocument, paceOf, stateWord } from '../ledger/index.ts';
import { PLANS_LISTED } from '../operations/index.ts';
import { openOperations } from '../session/index.ts';
import { answer, idOf, newCommand, type ScreenLine, table } from '../terminal/index.ts';

export function addShow(program: Command): void {
  newCommand(program, 'show')
    .argument('<id>', '', idOf('plan'))
    .action(async (id: number, { json }: { json?: true }, command: Command) => {
      await using operations = await openOperations(command);
      const plan = await operations.show(id);
      const lines = json ? [] : await describeLines(operations, plan);
      const asked = (json ? [] : await operations.approvals()).filter((each) => each.plan === id);
      const events = plan.events
        .map((each) => [each.at.toISOString(), eventSentence(each), reasonBeside(each) ?? ''])
        .reverse();
      const names = { plan: id, pace: paceOf(plan) ?? plan.rate };
      answer(json, { ...plan, ...names }, () => [
        ...describePlan(plan, operations),
        ...asked.map(waitsFor),
        ...lines,
        ...table(['when', 'what happened', 'why'], events),
      ]);
    });
}

function waitsFor({ id, kind, numbers }: Approval): string {
  const what = kind === 'settle' ? 'settlement' : kind;
  return (
    `A ${what} of ${counted(numbers, 'number')} waits for another person's approval: ` +
    `"approve ${id}" or "refuse ${id} --why TEXT"`
  );
}

export function addPlans(program: Command): void {
  newCommand(program, 'plans').action(async ({ json }: { json?: true }, command: Command) => {
    await using operations = await openOperations(command);
    const plans = await operations.plans();
    answer(json, plans, () =>
      plans.length === 0
        ? ['No plans yet. "order PLAN.csv" or "submit PLAN.csv" makes one.']
        : planTable(plans),
    );
  });
}

function planTable(plans: PlanDocument[]): ScreenLine[] {
  const counts = ['requested', 'bought', 'missing', 'unknown', 'cancelled', 'pending'];
  const rows = plans.map((p) => [
    ...[String(p.id), p.name, p.account, stateWord(p)],
    ...[p.requested, p.bought, missingOf(p), p.unknown, p.cancelled, p.pending],
  ]);
  return [
    ...table(['id', 'plan', 'account', 'state', ...counts], rows),
    plans.length >= PLANS_LISTED &&
      `These are the newest ${PLANS_LISTED}. The page "Plans" has those before, too.`,
  ];
}
