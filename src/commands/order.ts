import type { Command } from 'commander';
import { counted } from '../english.ts';
import {
  type Account,
  endPlans,
  findPlan,
  type Ledger,
  listPlans,
  type PlanDocument,
} from '../ledger/index.ts';
import { type StandingPlan, standingOf } from '../obstacles/index.ts';
import { type CheckedFile, type Consent, operationsOnLedger } from '../operations/index.ts';
import { inColour } from '../terminal/index.ts';
import { checkOrRefuse } from './check.ts';
import { ACCEPT_WARNINGS, confirmPurchase } from './confirm.ts';
import { examples } from './examples.ts';
import { exitCodeOf, followPlan } from './follow.ts';
import { say } from './output.ts';
import { openInput } from './plan-input.ts';
import { deliverResults, refuseBadFolder } from './results.ts';
import { currentUser, openSession, type Session } from './session.ts';
import { stopSignals } from './signals.ts';
import { openWorkers, type Workers } from './workers.ts';

type Options = Consent & {
  json?: true;
  out?: string;
  again?: true;
  defaultQuantity?: string;
  account?: string;
};

export function addOrder(program: Command): void {
  program
    .command('order')
    .argument('<plan.csv>', 'a file, or - for standard input')
    .description('the main job in one process: submit, work, show progress, write the results')
    .option('--out <dir>', 'folder for the result files')
    .option('--yes', 'buy with live keys without being asked')
    .option(...ACCEPT_WARNINGS)
    .option('--again', 'buy everything in a file once more that was submitted before')
    .option('--default-quantity <n>', 'quantity of lines that leave it blank')
    .option('--account <name>', 'whose it is, where the configuration names several')
    .addHelpText('after', examples('order plan.csv', 'order plan.csv --out bought --yes'))
    .action(async (path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await using input = await openInput(path);
      const file = await checkOrRefuse(input, options);
      await using session = await openSession(`order ${path}`);
      const own = await session.ownAccount(options.account);
      const { account } = own;
      await sayWhatElse(session.ledger, account);
      await confirmPurchase({ ...file.check, name: input.name }, account, options);
      await refuseBadFolder(options.out);
      // Before anything is stored: a Redis that is away or a faulty file of rules is said first.
      const workers = await openWorkers(session, [own]);
      const planId = await storeAndStart(session, account, file).catch(async (error) => {
        await workers.stop();
        throw error;
      });
      const done = await workUntilDone(session, { account, workers }, planId);
      await deliverResults(operationsOnLedger(session), done, options).catch((error) => {
        say(`The ledger has all of it: "results ${planId} --out DIR" writes the results again.`);
        throw error;
      });
      process.exitCode = exitCodeOf(done);
    });
}

async function storeAndStart(
  session: Session,
  account: Account,
  file: CheckedFile,
): Promise<number> {
  const operations = operationsOnLedger(session);
  const { id } = await operations.submit(file, account, currentUser());
  announce(await operations.steer(id, 'start', { who: currentUser() }));
  return id;
}

/**
 * Also what `watch --work` does: works in this process until nothing more can be done. The first
 * signal lets what is in flight finish, the second does not wait for it.
 */
export async function workUntilDone(
  session: Session,
  { account, workers }: { account: Account; workers: Workers },
  planId: number,
): Promise<StandingPlan> {
  const signals = stopSignals();
  workers.start();
  try {
    sayWhatNext(
      await followPlan(operationsOnLedger(session, workers.queues), planId, signals.first),
    );
  } finally {
    await Promise.race([workers.stop(), signals.second]);
  }
  // What was in flight has been answered meanwhile, and may have been all that was left.
  await endPlans(session.ledger, account.id);
  // Its worker is gone, and has taken the queue along: neither is missed.
  const sources = { ledger: session.ledger, queueOf: null, worksFor: [account.name] };
  return standingOf(sources, await findPlan(session.ledger, planId));
}

/** A worker is its whole account's: whoever starts one for a plan is told what else it buys. */
export async function sayWhatElse(
  ledger: Ledger,
  { name }: Account,
  planId?: number,
): Promise<void> {
  const others = (await listPlans(ledger)).filter(
    ({ id, account, state, pending }) =>
      id !== planId && account === name && state === 'running' && pending > 0,
  );
  for (const { id, name, pending } of others.reverse()) {
    say(
      `Plan ${id} (${name}) is started as well, with ${counted(pending, 'number')} still to buy, and goes on now; "pause ${id}" holds it back.`,
    );
  }
}

/** A signal has come before the end; what else has ended it is told with the plan's sums. */
function sayWhatNext({ id, state, endedAt, pendingOrders, isMoving }: PlanDocument) {
  if (endedAt !== null || pendingOrders === 0 || state !== 'running' || !isMoving) return;
  say(
    `Stopping. What is in flight is finished first. Plan ${id} stays started: "watch ${id} --work" goes on with it, as any worker does; "pause ${id}" holds it back.`,
  );
}

function announce(plan: PlanDocument): void {
  const what = `Plan ${plan.id}: ${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}`;
  if (plan.mode === 'live') {
    say([inColour('LIVE'), `: ${what}, with the account "${plan.account}".`]);
  } else {
    say(
      'SANDBOX: no vendor keys are set, so nothing is really bought.',
      `${what}, from our own sandbox.`,
    );
  }
}
