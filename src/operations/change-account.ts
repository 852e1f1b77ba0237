import {
  type Account,
  type AccountChange,
  type By,
  changeAccount as change,
  type Ledger,
  nameOf,
} from '../ledger/index.ts';

/** Limits are set in the configuration only. */
export type AccountWish = {
  /** Orders per second; null: no pace. */
  rate?: number | null;
  pause?: true;
  /** As in `AccountChange`. */
  resume?: NonNullable<AccountChange['resume']>;
};

/**
 * Changes the pace, pauses or resumes. A pause without a reason names the person. A new pace
 * holds within a second. Throws AppErrors `not_found`, and `wrong_state` as the ledger does.
 */
export function changeAccount(
  ledger: Ledger,
  name: string,
  { pause, ...wish }: AccountWish,
  by: By,
): Promise<Account> {
  const paused = pause ? { pause: by.why ?? `paused by ${nameOf(by)}` } : {};
  return change(ledger, name, { ...wish, ...paused }, by);
}
