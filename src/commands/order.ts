import type { Command } from 'commander';
import {
  ACCEPT_WARNINGS,
  checkOrRefuse,
  confirmPurchase,
  deliverResults,
  EXIT_CODES,
  exitCodeOf,
  mayCostOf,
  refuseBadFolder,
  sayElsewhere,
  sayWhatElse,
  startStored,
  workUntilDone,
} from '../dialogue/index.ts';
import { counted } from '../english.ts';
import type { Account, PlanDocument, PlannedCost } from '../ledger/index.ts';
import { type CheckedFile, type Consent, operationsOnLedger } from '../operations/index.ts';
import { actingUser, openSession, type Session } from '../session/index.ts';
import {
  type Defaults,
  examples,
  inColour,
  lastWords,
  newPlanCommand,
  openInput,
  say,
} from '../terminal/index.ts';

type Options = Consent &
  Defaults & {
    json?: true;
    out?: string;
    again?: true;
    account?: string;
  };

export function addOrder(program: Command): void {
  newPlanCommand(program, 'order')
    .option('--out <dir>', 'folder for the result files')
    .option('--yes', 'buy with live keys without asking')
    .option(...ACCEPT_WARNINGS)
    .option('--again', 'buy a file again that was submitted before')
    .option('--account <name>', 'the account, when the configuration has several')
    .addHelpText('after', examples('order plan.csv', 'order plan.csv --out bought --yes'))
    .addHelpText('after', EXIT_CODES)
    .action(async (path: string, options: Options) => {
      using early = lastWords('Stopped before anything was sent: nothing was bought.');
      await using input = await openInput(path);
      const file = await checkOrRefuse(input, options);
      // Loaded while the database opens.
      const loading = import('../worker/index.ts');
      await using session = await openSession(`order ${path}`);
      const { openWorkers } = await loading;
      const own = await session.ownAccount(options.account);
      const { account } = own;
      await sayWhatElse(session.ledger, account);
      await sayElsewhere(operationsOnLedger(session), account, file.check);
      const mayCost = await mayCostOf(operationsOnLedger(session), account, file.check);
      await confirmPurchase({ ...file.check, name: input.name, mayCost }, account, {
        ...options,
        who: actingUser(),
      });
      await refuseBadFolder(options.out, file.check.sha256);
      // First, so that nothing is stored when Redis is down or the file of rules is wrong.
      const workers = await openWorkers(session, [own]);
      const storing = storeAndStart(session, account, file, mayCost, early);
      const planId = await storing.catch(async (error) => {
        await workers.stop();
        throw error;
      });
      const done = await workUntilDone(session, { account, workers }, planId);
      await deliverResults(operationsOnLedger(session), done, options).catch((error) => {
        say(`The ledger has everything. To write the results again: "results ${planId} --out DIR"`);
        throw error;
      });
      process.exitCode = exitCodeOf(done);
    });
}

async function storeAndStart(
  session: Session,
  account: Account,
  file: CheckedFile,
  mayCost: PlannedCost | null,
  early: Disposable,
): Promise<number> {
  const operations = operationsOnLedger(session);
  const { id } = await operations.submit(file, account, actingUser());
  // Once it is started, workers of other processes may send its orders.
  early[Symbol.dispose]();
  announce(await startStored(operations, id, { who: actingUser() }, mayCost));
  return id;
}

function announce(plan: PlanDocument): void {
  const sums = `${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}`;
  const what = `Plan ${plan.id}: ${sums}`;
  if (plan.mode === 'live') {
    say([inColour('LIVE'), `: ${what}, with the account "${plan.account}".`]);
  } else {
    say(
      'SANDBOX: this account has no vendor keys, so nothing is really bought.',
      `${what}, from the sandbox.`,
    );
  }
}
