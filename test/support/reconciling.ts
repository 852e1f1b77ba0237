import type { Ledger } from '../../src/ledger/index.ts';
import type { ReconcileContext } from '../../src/maintenance/reconcile.ts';
import type { SmallPlan } from './plans.ts';
import { silentLog } from './recording-log.ts';

/** How the account of a plan is reconciled. `list` gives what the vendor's list has then. */
export const reconcilingBy = (
  ledger: Ledger,
  { account }: Pick<SmallPlan, 'account'>,
  list: () => string[] | Promise<string[]>,
  wishes: Partial<ReconcileContext> = {},
): ReconcileContext => ({
  ...{ ledger, account, log: silentLog, listLagMs: 0, mode: 'auto' },
  vendor: { account: () => null, ownedNumbers: async () => list() },
  ...wishes,
});
