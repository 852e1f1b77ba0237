import { basename } from 'node:path';
import type { Command } from 'commander';
import { type Account, findPlan, steerPlan, submitPlan } from '../ledger/index.ts';
import { type PlanCheck, readLines } from '../plan/index.ts';
import { checkOrRefuse, readOptions } from './check.ts';
import { confirmPurchase } from './confirm.ts';
import { answer, counted } from './output.ts';
import { currentUser, openSession, type Session } from './session.ts';

type Options = {
  json?: true;
  start?: true;
  yes?: true;
  again?: true;
  defaultQuantity?: string;
};

export function addSubmit(program: Command): void {
  program
    .command('submit')
    .argument('<plan.csv>')
    .description('put a plan into the ledger, for workers that run elsewhere')
    .option('--start', 'release it at once')
    .option('--yes', 'with --start: buy with live keys without being asked')
    .option('--again', 'take a file once more that was submitted before')
    .option('--default-quantity <n>', 'quantity of lines that leave it blank')
    .action(async (path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const check = await checkOrRefuse(path, options);
      await using session = await openSession(`submit ${path}`);
      const account = await session.ownAccount();
      if (options.start) {
        const purchase = { ...check, mode: account.mode, account: account.name, name: path };
        await confirmPurchase(purchase, options.yes);
      }
      const id = await storePlan(session, account, { path, check, options });
      const plan = options.start
        ? await steerPlan(session.ledger, id, 'start', { who: currentUser() })
        : await findPlan(session.ledger, id);
      answer(options.json, plan, () => {
        const what = `Plan ${id}: ${counted(plan.lines, 'line')}, ${counted(plan.orders, 'order')}, ${counted(plan.requested, 'number')}, ${plan.mode} account "${plan.account}".`;
        const next = options.start
          ? `It is running: workers place its orders. "watch ${id}" shows them.`
          : `Nothing is bought until "start ${id}".`;
        return `${what}\n${next}`;
      });
    });
}

/** Reads the file a second time, now into the ledger; all of it or nothing. Returns the plan's id. */
export async function storePlan(
  { ledger }: Session,
  account: Account,
  plan: { path: string; check: PlanCheck; options: Options },
): Promise<number> {
  const { path, check, options } = plan;
  return submitPlan(ledger, {
    accountId: account.id,
    name: basename(path),
    check,
    lines: readLines(path, check, readOptions(options)),
    again: options.again ?? false,
    who: currentUser(),
  });
}
