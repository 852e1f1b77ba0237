import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { findPlan, type PlanDocument } from '../ledger/index.ts';
import { openWorker } from '../worker/index.ts';
import { exitCodeOf, followPlan } from './follow.ts';
import { sayWhatElse, workUntilDone } from './order.ts';
import { answer, idOf } from './output.ts';
import { openSession, type Session } from './session.ts';
import { describePlan } from './show.ts';
import { stopSignals } from './signals.ts';

export function addWatch(program: Command): void {
  program
    .command('watch')
    .argument('<id>')
    .description('show the progress of a plan until nothing more can be done for it')
    .option('--work', 'also place its orders, in this process')
    .action(async (id: string, _options, command: Command) => {
      const { json, work } = command.optsWithGlobals<{ json?: true; work?: true }>();
      const planId = idOf(id, 'plan');
      await using session = await openSession(`watch ${id}`);
      const seen = await findPlan(session.ledger, planId);
      const plan = work
        ? await workOn(session, seen)
        : await followPlan(session.ledger, planId, stopSignals().first);
      answer(json, plan, () => describePlan(plan));
      process.exitCode = exitCodeOf(plan);
    });
}

async function workOn(session: Session, plan: PlanDocument): Promise<PlanDocument> {
  const account = await session.ownAccount();
  if (plan.account !== account.name) {
    throw new AppError(
      'wrong_state',
      `Plan ${plan.id} belongs to the account "${plan.account}", and this process works for "${account.name}". ${plan.mode === 'live' ? 'Set the keys of that account.' : 'Unset the keys to work for the sandbox.'}`,
      { id: plan.id, account: plan.account },
    );
  }
  await sayWhatElse(session.ledger, account, plan.id);
  const worker = await openWorker({ ...session, account });
  return workUntilDone(session, { account, worker }, plan.id);
}
