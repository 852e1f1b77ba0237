import type { Command } from 'commander';
import {
  type Account,
  endPlans,
  findPlan,
  type Ledger,
  listPlans,
  type PlanDocument,
  steerPlan,
} from '../ledger/index.ts';
import type { PlanCheck } from '../plan/index.ts';
import { openWorker, type Worker } from '../worker/index.ts';
import { checkOrRefuse } from './check.ts';
import { confirmPurchase } from './confirm.ts';
import { exitCodeOf, followPlan } from './follow.ts';
import { counted, say } from './output.ts';
import { deliverResults, refuseBadFolder } from './results.ts';
import { currentUser, openSession, type Session } from './session.ts';
import { stopSignals } from './signals.ts';
import { storePlan } from './submit.ts';

type Options = {
  json?: true;
  out?: string;
  yes?: true;
  again?: true;
  defaultQuantity?: string;
};

export function addOrder(program: Command): void {
  program
    .command('order')
    .argument('<plan.csv>')
    .description('the main job in one process: submit, work, show progress, write the results')
    .option('--out <dir>', 'folder for the result files')
    .option('--yes', 'buy with live keys without being asked')
    .option('--again', 'buy everything in a file once more that was submitted before')
    .option('--default-quantity <n>', 'quantity of lines that leave it blank')
    .action(async (path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const check = await checkOrRefuse(path, options);
      await using session = await openSession(`order ${path}`);
      const account = await session.ownAccount();
      await sayWhatElse(session.ledger, account);
      await confirmPurchase(
        { ...check, mode: account.mode, account: account.name, name: path },
        options.yes,
      );
      await refuseBadFolder(options.out);
      // Before anything is stored: a Redis that is away or a faulty file of rules is said first.
      const worker = await openWorker({ ...session, account });
      const planId = await storeAndStart(session, account, { path, check, options }).catch(
        async (error) => {
          await worker.stop();
          throw error;
        },
      );
      const done = await workUntilDone(session, { account, worker }, planId);
      await deliverResults(session.ledger, done, options).catch((error) => {
        say(`The ledger has all of it: "results ${planId} --out DIR" writes the results again.`);
        throw error;
      });
      process.exitCode = exitCodeOf(done);
    });
}

async function storeAndStart(
  session: Session,
  account: Account,
  plan: { path: string; check: PlanCheck; options: Options },
): Promise<number> {
  const planId = await storePlan(session, account, plan);
  announce(await steerPlan(session.ledger, planId, 'start', { who: currentUser() }));
  return planId;
}

/**
 * Also what `watch --work` does: works in this process until nothing more can be done. The first
 * signal lets what is in flight finish, the second does not wait for it.
 */
export async function workUntilDone(
  { ledger }: Session,
  { account, worker }: { account: Account; worker: Worker },
  planId: number,
): Promise<PlanDocument> {
  const signals = stopSignals();
  worker.start();
  try {
    sayWhatNext(await followPlan(ledger, planId, signals.first));
  } finally {
    await Promise.race([worker.stop(), signals.second]);
  }
  // What was in flight has been answered meanwhile, and may have been all that was left.
  await endPlans(ledger, account.id);
  return findPlan(ledger, planId);
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

/** What a person can do about a plan that has not ended. */
function sayWhatNext({
  id,
  state,
  endedAt,
  pendingOrders,
  etaSeconds,
  reason,
  account,
}: PlanDocument) {
  if (endedAt !== null || pendingOrders === 0) return;
  if (state === 'ready') say(`Plan ${id} has not been started: "start ${id}" does that.`);
  if (state === 'paused') say(`Plan ${id} is paused: "resume ${id}" lets it go on.`);
  if (state !== 'running') return;
  say(
    etaSeconds === null
      ? `The account is paused: ${reason}. "account ${account} --resume" lets it go on.`
      : `Stopping. What is in flight is finished first. Plan ${id} stays started: "watch ${id} --work" goes on with it, as any worker does; "pause ${id}" holds it back.`,
  );
}

export function announce(plan: PlanDocument): void {
  const what = `Plan ${plan.id}: ${counted(plan.requested, 'number')} in ${counted(plan.orders, 'order')}`;
  say(
    plan.mode === 'sandbox'
      ? `SANDBOX: no vendor keys are set, so nothing is really bought.\n${what}, from our own sandbox.`
      : `LIVE: ${what}, with the account "${plan.account}".`,
  );
}
