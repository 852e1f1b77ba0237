import { basename } from 'node:path';
import type { Command } from 'commander';
import {
  ACCEPT_WARNINGS,
  checkOrRefuse,
  confirmPurchase,
  mayCostOf,
  obstacleLines,
  sayElsewhere,
  startStored,
} from '../dialogue/index.ts';
import { counted } from '../english.ts';
import type { PlanDocument } from '../ledger/index.ts';
import { keepMemoryFlat } from '../memory.ts';
import type { Consent } from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import {
  answer,
  type Defaults,
  examples,
  newPlanCommand,
  openInput,
  type ScreenLine,
  say,
  warningLines,
} from '../terminal/index.ts';

type Options = Consent &
  Defaults & {
    json?: true;
    start?: true;
    again?: true;
    account?: string;
  };

export function addSubmit(program: Command): void {
  newPlanCommand(program, 'submit')
    .option('--start', 'start it at once')
    .option('--yes', 'with --start: buy with live keys without asking')
    .option(...ACCEPT_WARNINGS)
    .option('--again', 'submit a file again that was submitted before')
    .option('--account <name>', 'the account; by default that of the keys, or the only one')
    .addHelpText('after', examples('submit plan.csv', 'submit plan.csv --start'))
    .action(async (path: string, options: Options, command: Command) => {
      keepMemoryFlat();
      await using input = await openInput(path);
      const file = await checkOrRefuse(input, options);
      await using operations = await openOperations(command);
      const account = await operations.accountFor(options.account);
      // A process without keys learns only here that real numbers are meant.
      if (account.mode === 'live' && file.check.warningCount > 0)
        await checkOrRefuse(input, { ...options, isLive: true });
      await sayElsewhere(operations, account, file.check);
      const mayCost = options.start ? await mayCostOf(operations, account, file.check) : null;
      if (options.start) {
        const who = operations.isRemote ? null : actingUser();
        const plan = { ...file.check, name: input.name, mayCost };
        await confirmPurchase(plan, account, { ...options, who });
      } else say(...warningLines(file.check));
      const stored = await operations.submit(file, account, actingUser());
      const plan = options.start
        ? await startStored(operations, stored.id, { who: actingUser() }, mayCost)
        : stored;
      answer(options.json, plan, () => [
        ...describe(plan, { isStarted: options.start === true, file: basename(input.path) }),
        ...obstacleLines(plan, operations),
      ]);
    });
}

function describe(plan: PlanDocument, stored: { isStarted: boolean; file: string }): ScreenLine[] {
  const { id, name, mode, account } = plan;
  const sums = [
    counted(plan.lines, 'line'),
    counted(plan.orders, 'order'),
    counted(plan.requested, 'number'),
  ].join(', ');
  return [
    `Plan ${id}: ${sums}, ${mode} account "${account}".`,
    name !== stored.file && `This is the remainder of an earlier plan, named ${name}.`,
    stored.isStarted
      ? `It is running: workers place its orders. "watch ${id}" shows them.`
      : `Nothing is bought until "start ${id}".`,
  ];
}
