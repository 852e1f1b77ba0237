/** One account of the vendor's is one account here. */
import { AppError } from '../../errors.ts';
import type { Ledger } from '../ledger.ts';

/**
 * Notes from which vendor account a live one buys now; null: not known. Throws AppError
 * `bad_config` when the last worker of another account began with it: each of the two would take
 * the other's purchases for evidence, and buy the same files.
 */
export async function takeVendorAccount(
  ledger: Ledger,
  { id, name }: { id: number; name: string },
  vendorAccount: number | null,
): Promise<void> {
  if (vendorAccount === null) return;
  await ledger.transaction(async (tx) => {
    // Two that begin at the same moment do not see each other, but for this lock.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('vendor account', $1))`, [
      vendorAccount,
    ]);
    const [twin] = await tx.query<{ name: string }>(
      'select name from ledger.accounts where vendor_account = $2 and id <> $1',
      [id, vendorAccount],
    );
    if (twin) throw isTwin(name, twin.name);
    await tx.query(
      `update ledger.accounts set vendor_account = $2
       where id = $1 and vendor_account is distinct from $2::int`,
      [id, vendorAccount],
    );
  });
}

function isTwin(name: string, twin: string): AppError {
  return new AppError(
    'bad_config',
    `The access key of the account "${name}" is that of "${twin}". One account of the vendor's ` +
      `is one account here: call it "${twin}" in ACCOUNTS_FILE. If "${twin}" has other keys now, ` +
      'start a worker of it with them first.',
  );
}
