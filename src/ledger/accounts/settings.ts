import type { Account, PriceList, Threshold } from '../../documents/index.ts';
import type { By } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { recount } from '../limits/limits.ts';
import { alterAccount } from './accounts.ts';

/** Sets what an account pays; null: not known. Started plans keep theirs. Throws `not_found`. */
export async function setPrices(
  ledger: Ledger,
  name: string,
  prices: PriceList | null,
  by: By,
): Promise<Account> {
  return alterAccount(ledger, name, by, async (tx, { id }) => {
    // Before the account's row changes.
    await tx.query('select ledger.stop_orders($1::smallint)', [id]);
    if (prices !== null) {
      await tx.query(
        `insert into ledger.price_lists (hash, list) values ($1, $2::jsonb)
         on conflict on constraint price_lists_pkey do nothing`,
        [prices.hash, JSON.stringify(prices)],
      );
    }
    const hash = prices?.hash ?? null;
    await tx.query('update ledger.accounts set prices = $2 where id = $1', [id, hash]);
    await recount(tx, id);
    return { kind: 'account_prices', detail: { prices: hash } };
  });
}

/** Sets the threshold above which purchases wait; null: nothing waits. Throws `not_found`. */
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
