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
   * Whether orders may be sent with the keys and the address of this moment: no, once the vendor's
   * list has shown that they lead to another account of the vendor's, and while another account
   * here buys with them. After each change of keys it waits for the list, 10 s at most. A list that
   * cannot be read holds up only keys that an earlier one has refused.
   */
  approve(): Promise<boolean>;
  /** The same without waiting: no, until the keys of this moment are approved. */
  isApproved(): boolean;
  /** As `approve`, but asks also of approved keys whether another account buys with them. */
  renew(): Promise<void>;
  /** Claims are for this vendor account: the keys may change before the order is sent. */
  approved(): number | null;
  /** A list has shown another account: the keys are checked again, once a person has resumed. */
  withdraw(): void;
};

/** Two accounts exchange their keys: each waits so long, ms, until the other has given its up. */
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
    if (!(await isTaken(fingerprint)) || fingerprint === approved) return;
    const isSame = mode === 'off' || (await isSameVendorAccount(evidence));
    if (!isSame) refused = fingerprint;
    // If the keys have changed meanwhile, the list may be that of the new ones.
    else if (vendor.account() === fingerprint) approved = fingerprint;
  }

  /** False while another account has it. When that one keeps it, this one is paused. */
  async function isTaken(fingerprint: number | null): Promise<boolean> {
    // What is given up may be another account's by the time that its keys are back.
    if (fingerprint !== approved) approved = undefined;
    try {
      await takeVendorAccount(ledger, account, fingerprint);
      twinSince = undefined;
      return true;
    } catch (error) {
      if (!hasCode(error, 'bad_config')) throw error;
      approved = undefined;
      twinSince ??= performance.now();
      const waitedMs = performance.now() - twinSince;
      if (waitedMs >= EXCHANGED_WITHIN_MS)
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
    approved: () => approved ?? null,
    renew: checkOnce,
    withdraw() {
      refused = approved;
      approved = undefined;
    },
    async approve() {
      if (isApproved()) return true;
      // The ledger is away: no order could be claimed either.
      await checkOnce().catch(() => {});
      return isApproved();
    },
  };
}

/** Pauses the account when its keys are those of another one. `why` is a sentence. */
export async function pauseForOtherAccount(
  ledger: Ledger,
  { id, name }: Account,
  why: string,
): Promise<void> {
  const reason = `${why} Then resume with "account ${name} --resume"`;
  const { pausedReason } = await findAccount(ledger, name);
  if (!pausedReason?.includes(reason)) await pauseForPerson(ledger, id, reason);
}
