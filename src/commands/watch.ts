import { type Command, Option } from 'commander';
import {
  describePlan,
  EXIT_CODES,
  exitCodeOf,
  followPlan,
  sayWhatElse,
  workUntilDone,
} from '../dialogue/index.ts';
import { AppError } from '../errors.ts';
import { findPlan } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import { openOperations, openSession } from '../session/index.ts';
import { answer, examples, idOf, newCommand, stopSignals } from '../terminal/index.ts';
import { openWorkers } from '../worker/index.ts';

export function addWatch(program: Command): void {
  newCommand(program, 'watch')
    .argument('<id>', '', idOf('plan'))
    .addOption(
      new Option('--work', 'also place its orders in this process').conflicts([
        'server',
        'tokenFile',
      ]),
    )
    .addHelpText('after', examples('watch 1', 'watch 1 --work'))
    .addHelpText('after', EXIT_CODES)
    .action(async (id: number, { json, work }: { json?: true; work?: true }, command: Command) => {
      await using operations = work ? null : await openOperations(command);
      const plan = operations
        ? await followPlan(operations, id, stopSignals().first)
        : await workOn(id);
      answer(json, plan, () => describePlan(plan, operations ?? { isRemote: false }));
      process.exitCode = exitCodeOf(plan);
    });
}

async function workOn(planId: number): Promise<ObservedPlan> {
  await using session = await openSession(`watch ${planId}`);
  const plan = await findPlan(session.ledger, planId);
  const all = await session.ownAccounts();
  const own = all.find(({ account }) => account.name === plan.account);
  if (!own) {
    const way =
      plan.mode === 'live'
        ? 'Set the keys of that account.'
        : 'Unset the keys to work for the sandbox.';
    const names = all.map(({ account }) => `"${account.name}"`).join(', ');
    throw new AppError(
      'wrong_state',
      `Plan ${plan.id} belongs to the account "${plan.account}", but this process works for ` +
        `${names}. ${way}`,
      { id: plan.id, account: plan.account },
    );
  }
  const { account } = own;
  await sayWhatElse(session.ledger, account, plan.id);
  const workers = await openWorkers(session, [own]);
  return await workUntilDone(session, { account, workers }, plan.id);
}
