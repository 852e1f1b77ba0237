/** One account of the vendor's is one account here. */
import type { Account } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import type { Ledger } from '../ledger.ts';

/**
 * Records which vendor account a live account buys from; null: not known. Throws AppError
 * `bad_config` when another account buys from it: each of the two would take the other's purchases
 * for evidence, and buy the same files. Even then this account gives up the one that it had, so
 * two that exchange their keys succeed at the second try.
 */
export async function takeVendorAccount(
  ledger: Ledger,
  { id, name, mode }: Pick<Account, 'id' | 'name' | 'mode'>,
  vendorAccount: number | null,
): Promise<void> {
  if (mode === 'sandbox' || vendorAccount === null) return;
  const own = await ledger.query(
    'select from ledger.accounts where id = $1 and vendor_account = $2',
    [id, vendorAccount],
  );
  if (own.length > 0) return;
  const twin = await ledger.transaction(async (tx) => {
    // Two that ask at the same moment do not see each other, but for this lock.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('vendor account', $1))`, [
      vendorAccount,
    ]);
    const [other] = await tx.query<{ name: string }>(
      'select name from ledger.accounts where vendor_account = $2 and id <> $1',
      [id, vendorAccount],
    );
    await tx.query(
      `update ledger.accounts set vendor_account = $2
       where id = $1 and vendor_account is distinct from $2::int`,
      [id, other ? null : vendorAccount],
    );
    return other?.name;
  });
  if (twin !== undefined) throw isTwin(name, twin);
}

function isTwin(name: string, twin: string): AppError {
  return new AppError(
    'bad_config',
    `The access key of the account "${name}" is that of "${twin}". Each vendor account may have ` +
      `only one name here. Use the name "${twin}" in ACCOUNTS_FILE. If "${twin}" has other keys ` +
      'now, start a worker of it with them first.',
  );
}
