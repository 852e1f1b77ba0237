import type { Account, Threshold } from '../../documents/index.ts';
import type { By } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { alterAccount } from './accounts.ts';

/**
 * Sets the threshold above which the account's purchases wait; null: nothing waits any more. The
 * events keep it. Throws AppError `not_found`.
 */
export async function setThreshold(
  ledger: Ledger,
  name: string,
  threshold: Threshold | null,
  by: By,
): Promise<Account> {
  return alterAccount(ledger, name, by, async (tx, { id }) => {
    await tx.query('update ledger.accounts set approval = $2 where id = $1', [
      id,
      threshold && JSON.stringify(threshold),
    ]);
    return { kind: 'account_approval', detail: { approval: threshold } };
  });
}
