import type { Command } from 'commander';
import { type Reconciled, reconcile } from '../../jobs/reconcile.ts';
import { counted } from '../english.ts';
import { findPlan } from '../ledger/index.ts';
import { openVendorFor } from '../worker/index.ts';
import { answer, idOf, table } from './output.ts';
import { openSession } from './session.ts';

export function addReconcile(program: Command): void {
  program
    .command('reconcile')
    .argument('[id]')
    .description("read the vendor's list of owned numbers and say what it shows of unknown orders")
    .action(async (id: string | undefined, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = id === undefined ? undefined : idOf(id, 'plan');
      await using session = await openSession('reconcile');
      const { config, ledger, log } = session;
      const plan = planId === undefined ? undefined : await findPlan(ledger, planId);
      const done: Reconciled = { proposals: [], settled: [] };
      for (const { account, settings } of await session.ownAccountsOf(plan)) {
        const vendor = await openVendorFor({ config, ledger, account, settings: () => settings });
        try {
          const mode = config.reconcile;
          const settlingMs = config.reconcileAfterMs;
          const place = { ledger, vendor, account, log, mode, settlingMs, planId };
          const { proposals, settled } = await reconcile(place);
          done.proposals.push(...proposals);
          done.settled.push(...settled);
        } finally {
          await vendor.close();
        }
      }
      answer(json, done, () => describe(done));
    });
}

function describe({ proposals, settled }: Reconciled): string {
  if (proposals.length === 0) return 'No order is unknown.';
  const rows = proposals.map(({ order, finding, numbers, why }) => [
    String(order),
    settled.some((each) => each.order === order) ? `${finding}, settled` : finding,
    String(numbers.length),
    why,
  ]);
  const left = proposals.filter(
    ({ order, finding }) =>
      (finding === 'bought' || finding === 'nothing') &&
      !settled.some((each) => each.order === order),
  );
  const hint =
    left.length === 0
      ? []
      : [`${counted(left.length, 'verdict')} to accept: settle ORDER --accept --by NAME`];
  return [table(['order', 'verdict', 'numbers', 'evidence'], rows), ...hint].join('\n');
}
