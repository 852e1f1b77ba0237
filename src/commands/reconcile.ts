import type { Command } from 'commander';
import { leftLines, unclearLines } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import {
  type Accepted,
  acceptVerdicts,
  clearVerdicts,
  findPlan,
  ticksFor,
} from '../ledger/index.ts';
import { type Reconciled, reconcile } from '../maintenance/index.ts';
import { requireNamed } from '../operations/index.ts';
import { actingUser, openSession } from '../session/index.ts';
import { answer, examples, idOf, newCommand, type ScreenLine, table } from '../terminal/index.ts';
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
      const { config, ledger, log } = session;
      const plan = planId === undefined ? undefined : await findPlan(ledger, planId);
      const done: Reconciled = { proposals: [], settled: [], isRead: true };
      const stale: Accepted['left'] = [];
      for (const { account, settings } of await session.ownAccountsOf(plan)) {
        const vendor = await openVendorFor({ config, ledger, account, settings: () => settings });
        try {
          const mode = config.reconcile;
          const listLagMs = ticksFor(config.reconcileAfterMs);
          const context = { ledger, vendor, account, log, mode, listLagMs, planId };
          const { proposals, settled, isRead } = await reconcile(context);
          done.isRead &&= isRead;
          done.proposals.push(...proposals);
          done.settled.push(...settled);
          if (!signer) continue;
          const clear = await clearVerdicts(ledger, { planId, accountId: account.id });
          const accepted = await acceptVerdicts(ledger, clear, { ...signer, why });
          done.settled.push(...accepted.settled);
          stale.push(...accepted.left);
        } finally {
          await vendor.close();
        }
      }
      const left = leftBy(done);
      answer(json, { ...done, left }, () => [...describe(done, left), ...leftLines(stale)]);
      if (!done.isRead) process.exitCode = 1;
    });
}

/** The orders that are still unknown. */
function leftBy({ proposals, settled }: Reconciled): number[] {
  const done = new Set(settled.map(({ order }) => order));
  return proposals.map(({ order }) => order).filter((order) => !done.has(order));
}

function describe({ proposals, settled }: Reconciled, left: number[]): ScreenLine[] {
  if (proposals.length === 0) return ['No order is unknown.'];
  const rows = proposals.map(({ order, finding, numbers, why }) => [
    String(order),
    left.includes(order) ? finding : `${finding}, settled`,
    String(numbers.length),
    why,
  ]);
  const open = proposals.filter(
    ({ order, finding }) => left.includes(order) && (finding === 'bought' || finding === 'nothing'),
  );
  return [
    ...table(['order', 'verdict', 'numbers', 'evidence'], rows),
    ...(settled.length > 0
      ? [`${counted(settled.length, 'order')} settled, ${counted(left.length, 'order')} left.`]
      : []),
    ...(open.length > 0
      ? [
          `${counted(open.length, 'verdict')} to accept: "settle ORDER --accept --by NAME"`,
          ...(open.some(({ isClear }) => isClear)
            ? ['To accept all clear ones: "settle --accept-all --by NAME"']
            : []),
          ...unclearLines(open),
        ]
      : []),
  ];
}
