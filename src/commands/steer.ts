import type { Command } from 'commander';
import {
  cancelWaiting,
  endPlans,
  findAccount,
  findPlan,
  type Ledger,
  retryPlan,
  steerPlan,
} from '../ledger/index.ts';
import { answer, counted, idOf } from './output.ts';
import { currentUser, openSession } from './session.ts';
import { describePlan } from './show.ts';

type Options = { json?: true; why?: string };

/** `pause`, `resume`, `cancel` and `retry`: a person's hand on a plan, noted with who and why. */
export function addSteer(program: Command): void {
  for (const [move, description] of [
    ['pause', 'claim no more orders of a plan; what is in flight is finished'],
    ['resume', 'go on with a paused plan'],
    ['cancel', 'end a plan; what is in flight is finished, the rest is not bought'],
  ] as const) {
    program
      .command(move)
      .argument('<id>')
      .description(description)
      .option('--why <text>', 'the reason, kept in the events')
      .action(async (id: string, _options, command: Command) => {
        const options = command.optsWithGlobals<Options>();
        const planId = idOf(id, 'plan');
        await using session = await openSession(`${move} ${id}`);
        const by = { who: currentUser(), why: options.why };
        const { account } = await steerPlan(session.ledger, planId, move, by);
        if (move === 'cancel') await cancelNow(session.ledger, planId, account);
        const plan = await findPlan(session.ledger, planId);
        answer(options.json, plan, () => describePlan(plan));
      });
  }
  program
    .command('retry')
    .argument('<id>')
    .description('try again what is undelivered or refused; never what is unknown')
    .option('--why <text>', 'the reason, kept in the events')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const planId = idOf(id, 'plan');
      await using session = await openSession(`retry ${id}`);
      const by = { who: currentUser(), why: options.why };
      const orders = await retryPlan(session.ledger, planId, by);
      const plan = await findPlan(session.ledger, planId);
      answer(options.json, { ...plan, retried: orders }, () =>
        orders === 0
          ? `Plan ${planId} has nothing that is undelivered or refused.`
          : `${counted(orders, 'order')} of plan ${planId} ${orders === 1 ? 'waits' : 'wait'} again.\n${describePlan(plan)}`,
      );
    });
}

/** A worker would do the same a second later, but there may be none. */
async function cancelNow(ledger: Ledger, planId: number, accountName: string): Promise<void> {
  while ((await cancelWaiting(ledger, planId)) > 0);
  await endPlans(ledger, (await findAccount(ledger, accountName)).id);
}
