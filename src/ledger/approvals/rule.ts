import type { ApprovalRule } from '../../approval-rule.ts';
import { type Account, findAccount } from '../accounts/accounts.ts';
import { noteEvent } from '../events.ts';
import type { Ledger } from '../ledger.ts';

/**
 * Sets the threshold above which the account's purchases wait; null: nothing waits any more. The
 * events keep it.
 * Throws AppError `not_found`.
 */
export async function setApprovalRule(
  ledger: Ledger,
  name: string,
  rule: ApprovalRule | null,
  by: { who: string; why?: string | undefined },
): Promise<Account> {
  return ledger.transaction(async (tx) => {
    const { id } = await findAccount(tx, name);
    await tx.query('approval_rule_set', 'update ledger.accounts set approval = $2 where id = $1', [
      id,
      rule && JSON.stringify(rule),
    ]);
    await noteEvent(tx, {
      kind: 'account_approval',
      ...by,
      accountId: id,
      detail: { approval: rule },
    });
    return findAccount(tx, name);
  });
}
