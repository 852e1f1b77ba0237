import { type Account, findAccount, type Ledger, pauseForPerson } from '../ledger/index.ts';
import { isSameVendorAccount, type ReconcileContext } from '../maintenance/index.ts';

/**
 * Returns a function that says whether orders may be sent with the keys and the address of this
 * moment: no, once the vendor's list has shown that they lead to another account of the vendor's.
 * Such keys are checked again when a person has resumed the account. After each change of keys the
 * first order waits for the list, 10 s at most. A list that cannot be read holds up nothing.
 */
export function guardVendorAccount(evidence: ReconcileContext): () => Promise<boolean> {
  const { ledger, vendor, account, mode } = evidence;
  let known: number | null | undefined;
  let refused: number | null | undefined;
  let checking: Promise<boolean> | undefined;

  async function check(fingerprint: number | null): Promise<boolean> {
    const isPaused = (await findAccount(ledger, account.name)).pausedReason !== null;
    if (isPaused && fingerprint === refused) return false;
    const isSame = await isSameVendorAccount(evidence);
    if (isSame) known = fingerprint;
    else refused = fingerprint;
    return isSame;
  }

  return async () => {
    const fingerprint = vendor.account();
    if (fingerprint === known || mode === 'off') return true;
    // The ledger is away: no order could be claimed either.
    checking ??= check(fingerprint)
      .catch(() => false)
      .finally(() => {
        checking = undefined;
      });
    return checking;
  };
}

/** Pauses the account when the vendor's list is of another account. `why` is a sentence. */
export async function pauseForOtherAccount(
  ledger: Ledger,
  { id, name }: Account,
  why: string,
): Promise<void> {
  const reason = `${why} Then resume with "account ${name} --resume"`;
  const { pausedReason } = await findAccount(ledger, name);
  if (!pausedReason?.includes(reason)) await pauseForPerson(ledger, id, reason);
}
