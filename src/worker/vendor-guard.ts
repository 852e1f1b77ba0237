import { hasCode } from '../errors.ts';
import {
  type Account,
  findAccount,
  type Ledger,
  pauseForPerson,
  takeVendorAccount,
} from '../ledger/index.ts';
import { isSameVendorAccount, type ReconcileContext } from '../maintenance/index.ts';

export type VendorGuard = {
  /**
   * Whether orders may be sent with the current keys and address. They may not when the vendor's
   * list has shown another account of the vendor's, or while another account here buys with them.
   * After each change of keys, and before a live account's first order, this waits for the list,
   * 10 s at most. When the list cannot be read, only keys that an earlier list has refused are held
   * up, and all of them where something else than the vendor answers.
   */
  approve(): Promise<boolean>;
  /** Whether the current keys are approved already. */
  isApproved(): boolean;
  /** Checks the keys again, approved ones too: another account may buy with them by now. */
  renew(): Promise<void>;
  /** The vendor account that claims are for: the keys may change before the order is sent. */
  approvedAccount(): number | null;
  /** A list has shown another account: the keys are checked again once a person has resumed. */
  withdraw(): void;
};

/** When two accounts exchange their keys, each waits this long for the other to give its up, ms. */
const EXCHANGED_WITHIN_MS = 5_000;

export function guardVendorAccount(evidence: ReconcileContext): VendorGuard {
  const { ledger, vendor, account, mode } = evidence;
  let approved: number | null | undefined;
  let refused: number | null | undefined;
  let twinSince: number | undefined;
  let checking: Promise<void> | undefined;

  const isApproved = () => vendor.account() === approved;

  const isPaused = async () => (await findAccount(ledger, account.name)).pausedReason !== null;

  async function check(): Promise<void> {
    const fingerprint = vendor.account();
    if (fingerprint === refused && (await isPaused())) return;
    if (!(await take(fingerprint)) || fingerprint === approved) return;
    const isSame = mode === 'off' || (await isSameVendorAccount(evidence));
    if (!isSame) refused = fingerprint;
    // If the keys have changed meanwhile, the list may have been read with the new ones.
    else if (vendor.account() === fingerprint) approved = fingerprint;
  }

  /** False while another account has the fingerprint. After a while, this account is paused. */
  async function take(fingerprint: number | null): Promise<boolean> {
    // The old keys may come back, and another account may buy with them by then.
    if (fingerprint !== approved) approved = undefined;
    try {
      await takeVendorAccount(ledger, account, fingerprint);
      twinSince = undefined;
      return true;
    } catch (error) {
      if (!hasCode(error, 'bad_config')) throw error;
      approved = undefined;
      twinSince ??= performance.now();
      if (performance.now() - twinSince >= EXCHANGED_WITHIN_MS)
        await pauseForOtherAccount(ledger, account, error.message);
      return false;
    }
  }

  function checkOnce(): Promise<void> {
    checking ??= check().finally(() => {
      checking = undefined;
    });
    return checking;
  }

  return {
    isApproved,
    approvedAccount: () => approved ?? null,
    renew: checkOnce,
    withdraw() {
      refused = approved;
      approved = undefined;
    },
    async approve() {
      if (isApproved()) return true;
      // It fails when the ledger is away. Then no order could be claimed either.
      await checkOnce().catch(() => {});
      return isApproved();
    },
  };
}

/** Pauses an account whose keys lead to another account's numbers. `why` is a sentence. */
export async function pauseForOtherAccount(
  ledger: Ledger,
  { id, name }: Account,
  why: string,
): Promise<void> {
  const reason = `${why} Then resume with "account ${name} --resume"`;
  const { pausedReason } = await findAccount(ledger, name);
  if (!pausedReason?.includes(reason)) await pauseForPerson(ledger, id, reason);
}
