import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { findPlan, type PlanDocument } from '../ledger/index.ts';
import { openCrew } from './crew.ts';
import { examples } from './examples.ts';
import { exitCodeOf, followPlan } from './follow.ts';
import { openOffice, serverOption } from './office.ts';
import { sayWhatElse, workUntilDone } from './order.ts';
import { answer, idOf } from './output.ts';
import { openSession } from './session.ts';
import { describePlan } from './show.ts';
import { stopSignals } from './signals.ts';

export function addWatch(program: Command): void {
  program
    .command('watch')
    .argument('<id>')
    .description('show the progress of a plan until nothing more can be done for it')
    .option('--work', 'also place its orders, in this process')
    .addOption(serverOption().conflicts('work'))
    .addHelpText('after', examples('watch 1', 'watch 1 --work'))
    .action(async (id: string, _options, command: Command) => {
      const { json, work } = command.optsWithGlobals<{ json?: true; work?: true }>();
      const planId = idOf(id, 'plan');
      const plan = work ? await workOn(planId) : await follow(planId, command);
      answer(json, plan, () => describePlan(plan));
      process.exitCode = exitCodeOf(plan);
    });
}

async function follow(planId: number, command: Command): Promise<PlanDocument> {
  await using office = await openOffice(`watch ${planId}`, command);
  return await followPlan(office, planId, stopSignals().first);
}

async function workOn(planId: number): Promise<PlanDocument> {
  await using session = await openSession(`watch ${planId}`);
  const plan = await findPlan(session.ledger, planId);
  const all = await session.ownAccounts();
  const own = all.find(({ account }) => account.name === plan.account);
  if (!own) {
    const names = all.map(({ account }) => `"${account.name}"`).join(', ');
    throw new AppError(
      'wrong_state',
      `Plan ${plan.id} belongs to the account "${plan.account}", and this process works for ${names}. ${plan.mode === 'live' ? 'Set the keys of that account.' : 'Unset the keys to work for the sandbox.'}`,
      { id: plan.id, account: plan.account },
    );
  }
  const { account } = own;
  await sayWhatElse(session.ledger, account, plan.id);
  const crew = await openCrew(session, [own]);
  return await workUntilDone(session, { account, crew }, plan.id);
}
