import type { Command } from 'commander';
import {
  ACCEPT_WARNINGS,
  confirmPurchase,
  obstacleLines,
  pricesShown,
  sayElsewhere,
} from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { type Consent, purchaseOf } from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, idOf, newCommand } from '../terminal/index.ts';

export function addStart(program: Command): void {
  newCommand(program, 'start')
    .argument('<id>', '', idOf('plan'))
    .option('--yes', 'buy with live keys without asking')
    .option(...ACCEPT_WARNINGS)
    .action(async (id: number, options: Consent & { json?: true }, command: Command) => {
      await using operations = await openOperations(command);
      const ready = await operations.show(id);
      if (ready.state === 'ready') {
        const account = await operations.account(ready.account);
        await sayElsewhere(operations, account, ready);
        const who = operations.isRemote ? null : actingUser();
        await confirmPurchase(purchaseOf(ready), account, { ...options, who });
      }
      const accept = { acceptWarnings: options.acceptWarnings, prices: pricesShown(ready.mayCost) };
      const plan = await operations.steer(id, 'start', { who: actingUser() }, accept);
      const obstacles = obstacleLines(plan, operations);
      const sums = `${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}`;
      answer(options.json, plan, () => [
        `Plan ${id} is running: ${sums}, ${plan.mode} account "${plan.account}".`,
        ...(obstacles.length > 0 ? obstacles : [`"watch ${id}" shows its progress.`]),
      ]);
    });
}
