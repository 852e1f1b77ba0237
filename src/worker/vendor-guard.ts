import { type Account, findAccount, type Ledger, pauseForPerson } from '../ledger/index.ts';
import { isSameVendorAccount, type ReconcileContext } from '../maintenance/index.ts';

export type VendorGuard = {
  /**
   * Whether orders may be sent with the keys and the address of this moment: no, once the vendor's
   * list has shown that they lead to another account of the vendor's. After each change of keys it
   * waits for the list, 10 s at most. A list that cannot be read holds up only keys that an
   * earlier one has refused.
   */
  approve(): Promise<boolean>;
  /** The same without waiting: no, until the keys of this moment are approved. */
  isApproved(): boolean;
  /** Claims are for this vendor account: the keys may change before the order is sent. */
  approved(): number | null;
  /** A list has shown another account: the keys are checked again, once a person has resumed. */
  withdraw(): void;
};

export function guardVendorAccount(evidence: ReconcileContext): VendorGuard {
  const { ledger, vendor, account, mode } = evidence;
  let approved: number | null | undefined;
  let refused: number | null | undefined;
  let checking: Promise<void> | undefined;

  const approvedNow = () => (mode === 'off' ? vendor.account() : approved);
  const isApproved = () => vendor.account() === approvedNow();

  async function check(): Promise<void> {
    const fingerprint = vendor.account();
    const isPaused = (await findAccount(ledger, account.name)).pausedReason !== null;
    if (isPaused && fingerprint === refused) return;
    const isSame = await isSameVendorAccount(evidence);
    if (!isSame) refused = fingerprint;
    // If the keys have changed meanwhile, the list may be that of the new ones.
    else if (vendor.account() === fingerprint) approved = fingerprint;
  }

  return {
    isApproved,
    approved: () => approvedNow() ?? null,
    withdraw() {
      refused = approved;
      approved = undefined;
    },
    async approve() {
      if (isApproved()) return true;
      // The ledger is away: no order could be claimed either.
      checking ??= check()
        .catch(() => {})
        .finally(() => {
          checking = undefined;
        });
      await checking;
      return isApproved();
    },
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
