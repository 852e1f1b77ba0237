import type { Account, AccountState } from '../../documents/index.ts';
import { type Ledger, only } from '../ledger.ts';
import { findAccount } from './accounts.ts';
import { IS_HEARD } from './workers.ts';

/** Throws AppError `not_found`, naming the accounts that there are. */
export async function accountState(ledger: Ledger, name: string): Promise<AccountState> {
  const account = await findAccount(ledger, name);
  const rows = await ledger.query<Omit<AccountState, keyof Account | 'workers'>>(
    `select a.recent,
       (select count(*)::int from ledger.orders o join ledger.plans p on p.id = o.plan_id
        where o.state = 'sending' and p.account_id = a.id) as "inFlight",
       (select coalesce(sum(t.orders), 0)::int from ledger.tallies t
          join ledger.plans p on p.id = t.plan_id
        where t.state = 'unknown' and p.account_id = a.id) as unknown,
       exists (select from ledger.tallies t join ledger.plans p on p.id = t.plan_id
        where t.state <> 'cancelled' and t.orders > 0 and p.account_id = a.id) as "hasAnswers"
     from ledger.accounts a where a.id = $1`,
    [account.id],
  );
  const now = only(rows, 'an account');
  const workers = await ledger.query<AccountState['workers'][number]>(
    `select name, seen_at as "seenAt" from ledger.workers w
     where account_id = $1 and ${IS_HEARD} order by name`,
    [account.id],
  );
  return { ...account, ...now, workers };
}
