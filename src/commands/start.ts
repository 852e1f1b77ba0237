import type { Command } from 'commander';
import { findPlan, steerPlan } from '../ledger/index.ts';
import { confirmPurchase } from './confirm.ts';
import { answer, counted, idOf } from './output.ts';
import { currentUser, openSession } from './session.ts';

export function addStart(program: Command): void {
  program
    .command('start')
    .argument('<id>')
    .description('release a plan: workers begin to place its orders')
    .option('--yes', 'buy with live keys without being asked')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<{ json?: true; yes?: true }>();
      const planId = idOf(id, 'plan');
      await using session = await openSession(`start ${id}`);
      const ready = await findPlan(session.ledger, planId);
      if (ready.state === 'ready') {
        await confirmPurchase({ ...ready, numbers: ready.requested }, options.yes);
      }
      const plan = await steerPlan(session.ledger, planId, 'start', { who: currentUser() });
      answer(
        options.json,
        plan,
        () =>
          `Plan ${planId} is running: ${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}, ${plan.mode} account "${plan.account}".`,
      );
    });
}
