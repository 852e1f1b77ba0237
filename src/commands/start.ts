import type { Command } from 'commander';
import { ACCEPT_WARNINGS, confirmPurchase, obstacleLines } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { type Consent, purchaseOf } from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, idOf, newCommand } from '../terminal/index.ts';

export function addStart(program: Command): void {
  newCommand(program, 'start')
    .argument('<id>')
    .option('--yes', 'buy with live keys without asking')
    .option(...ACCEPT_WARNINGS)
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Consent & { json?: true }>();
      const planId = idOf(id, 'plan');
      await using operations = await openOperations(`start ${id}`, command);
      const ready = await operations.show(planId);
      if (ready.state === 'ready') {
        const account = await operations.account(ready.account);
        const who = operations.isRemote ? null : actingUser();
        await confirmPurchase(purchaseOf(ready), account, { ...options, who });
      }
      const accept = { acceptWarnings: options.acceptWarnings, prices: ready.mayCost?.prices };
      const plan = await operations.steer(planId, 'start', { who: actingUser() }, accept);
      const obstacles = obstacleLines(plan, operations);
      const sums = `${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}`;
      answer(options.json, plan, () => [
        `Plan ${planId} is running: ${sums}, ${plan.mode} account "${plan.account}".`,
        ...(obstacles.length > 0 ? obstacles : [`"watch ${planId}" shows its progress.`]),
      ]);
    });
}
