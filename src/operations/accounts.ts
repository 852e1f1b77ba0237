import { AppError } from '../errors.ts';
import {
  type Account,
  type AccountChange,
  type By,
  changeAccount as change,
  type Ledger,
  nameOf,
} from '../ledger/index.ts';

export const NO_ACCOUNT = 'There is no account yet. The first worker makes one.';

type Words = {
  /** Where the accounts are looked for, after "no account". */
  where?: string;
  /** How one of several is named, as a sentence. */
  how?: (first: string) => string;
};

/**
 * The account of that name; without a name, the only one. Throws AppErrors `not_found` when there
 * is none, and `invalid_usage` when one of several must be named.
 */
export function chooseAccount<Named extends { name: string }>(
  accounts: Named[],
  name: string | undefined,
  { where = '', how = () => 'Say --account NAME.' }: Words = {},
): Named {
  const [first, ...others] =
    name === undefined ? accounts : accounts.filter((each) => each.name === name);
  if (first && others.length === 0) return first;
  const names = accounts.map((each) => each.name);
  const list = names.join(', ');
  if (name !== undefined) {
    const message = `There is no account "${name}"${where}. There is: ${list || 'none yet'}.`;
    throw new AppError('not_found', message, { name, accounts: names });
  }
  if (!first) {
    throw new AppError('not_found', NO_ACCOUNT);
  }
  const message = `There are several accounts: ${list}. ${how(first.name)}`;
  throw new AppError('invalid_usage', message, { accounts: names });
}

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
  const paused = pause ? { pause: by.why ?? `${nameOf(by)} gave no reason` } : {};
  return change(ledger, name, { ...wish, ...paused }, by);
}
