import type { Command } from 'commander';
import { leftLines, unclearLine } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import {
  type Accepted,
  acceptVerdicts,
  accountState,
  clearVerdicts,
  findPlan,
  type Ledger,
  ticksFor,
  watchFor,
} from '../ledger/index.ts';
import { type ReconcileContext, type Reconciled, reconcile } from '../maintenance/index.ts';
import { requireNamed } from '../operations/index.ts';
import { actingUser, type OwnAccount, openSession, type Session } from '../session/index.ts';
import {
  answer,
  examples,
  idOf,
  newCommand,
  type ScreenLine,
  say,
  table,
} from '../terminal/index.ts';
import { openVendorFor } from '../worker/index.ts';

type Options = { json?: true; accept?: true; by?: string; why?: string };

export function addReconcile(program: Command): void {
  newCommand(program, 'reconcile')
    .argument('[id]', '', idOf('plan'))
    .option('--accept', 'settle every unknown order that has a clear verdict')
    .option('--by <name>', 'the person who accepts them')
    .option('--why <text>', 'a reason besides the evidence')
    .addHelpText('after', examples('reconcile', 'reconcile 1 --accept --by Ada'))
    .action(async (planId: number | undefined, { json, accept, by, why }: Options) => {
      const signer = accept && requireNamed({ who: actingUser(), by });
      await using session = await openSession('reconcile');
      const { ledger } = session;
      const plan = planId === undefined ? undefined : await findPlan(ledger, planId);
      const done: Judged = { proposals: [], settled: [], isRead: true };
      const idle: string[] = [];
      const stale: Accepted['left'] = [];
      for (const own of await session.ownAccountsOf(plan)) {
        const { id: accountId, name } = own.account;
        const { proposals, settled, isRead } = await judgeFor(session, own, planId);
        done.isRead &&= isRead;
        done.proposals.push(...proposals);
        done.settled.push(...settled);
        const isLater = proposals.some(({ finding }) => finding === 'later');
        if (isLater && !(await hasWorker(ledger, name))) idle.push(name);
        if (!signer) continue;
        const clear = await clearVerdicts(ledger, { planId, accountId });
        const accepted = await acceptVerdicts(ledger, clear, { ...signer, why });
        done.settled.push(...accepted.settled);
        stale.push(...accepted.left);
      }
      const left = leftBy(done);
      answer(json, { ...done, left }, () => [
        ...describe(done, left),
        idle.length > 0 && noWorker(idle),
        ...leftLines(stale),
      ]);
      if (!done.isRead) process.exitCode = 1;
    });
}

type Judged = Omit<Reconciled, 'earlyMs'>;

async function judgeFor(
  session: Session,
  { account, settings }: OwnAccount,
  planId: number | undefined,
): Promise<Judged> {
  const { config, ledger, log } = session;
  const vendor = await openVendorFor({ ...session, account, settings: () => settings });
  try {
    const listLagMs = ticksFor(config.reconcileAfterMs);
    const mode = config.reconcile;
    return await judge({ ledger, vendor, account, log, mode, listLagMs, planId });
  } finally {
    await vendor.close();
  }
}

/**
 * Reads the list, and once more where it was only too early. On an embedded ledger no worker runs
 * beside it, so it watches the time itself: at most as long as a list may lag.
 */
async function judge(context: ReconcileContext): Promise<Judged> {
  const { ledger, account, listLagMs } = context;
  const { earlyMs, ...first } = await reconcile(context);
  if (ledger.kind !== 'embedded' || earlyMs <= 0 || earlyMs > listLagMs) return first;
  const seconds = counted(Math.ceil(earlyMs / 1000), 'second');
  say(`The list is too early to judge each order. It is read again in ${seconds}.`);
  await watchFor(ledger, account.id, earlyMs);
  const { earlyMs: _still, ...second } = await reconcile(context);
  const isSettled = ({ order }: { order: number }) =>
    first.settled.some((each) => each.order === order);
  return {
    ...second,
    settled: [...first.settled, ...second.settled],
    proposals: [...first.proposals.filter(isSettled), ...second.proposals],
  };
}

const hasWorker = async (ledger: Ledger, account: string): Promise<boolean> =>
  (await accountState(ledger, account)).workers.length > 0;

function leftBy({ proposals, settled }: Judged): number[] {
  const done = new Set(settled.map(({ order }) => order));
  return proposals.map(({ order }) => order).filter((order) => !done.has(order));
}

function describe({ proposals, settled }: Judged, left: number[]): ScreenLine[] {
  if (proposals.length === 0) return ['No order is unknown.'];
  const rows = proposals.map(({ order, finding, numbers, why }) => [
    String(order),
    left.includes(order) ? finding : `${finding}, settled`,
    finding === 'bought' ? String(numbers.length) : '',
    why,
  ]);
  const open = proposals.filter(
    ({ order, finding }) => left.includes(order) && (finding === 'bought' || finding === 'nothing'),
  );
  return [
    ...table(['order', 'verdict', 'bought', 'evidence'], rows),
    settled.length > 0 &&
      `${counted(settled.length, 'order')} settled, ${counted(left.length, 'order')} left.`,
    open.length > 0 &&
      `${counted(open.length, 'verdict')} to accept: "settle ORDER --accept --by NAME"`,
    open.some(({ isClear }) => isClear) &&
      'To accept all clear ones: "settle --accept-all --by NAME"',
    unclearLine(open),
  ];
}

/** For orders that are judged later. */
const noWorker = (accounts: string[]) =>
  `No worker is running for ${accounts.join(', ')}, so no time passes. "work" starts one, ` +
  'which then reads the list.';
