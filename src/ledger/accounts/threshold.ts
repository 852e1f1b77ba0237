import type { Threshold } from '../../limits/index.ts';
import { noteEvent } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { type Account, findAccount } from './accounts.ts';

/**
 * Sets the threshold above which the account's purchases wait; null: nothing waits any more. The
 * events keep it. Throws AppError `not_found`.
 */
export async function setThreshold(
  ledger: Ledger,
  name: string,
  threshold: Threshold | null,
  by: { who: string; why?: string | undefined },
): Promise<Account> {
  return ledger.transaction(async (tx) => {
    const { id } = await findAccount(tx, name);
    await tx.query('account_threshold', 'update ledger.accounts set approval = $2 where id = $1', [
      id,
      threshold && JSON.stringify(threshold),
    ]);
    await noteEvent(tx, {
      kind: 'account_approval',
      ...by,
      accountId: id,
      detail: { approval: threshold },
    });
    return findAccount(tx, name);
  });
}
