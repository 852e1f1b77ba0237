import { repeat } from '../repeat.ts';
import type { AccountConfig } from './account.ts';

type Following = {
  /** Reads the configuration again. What it throws is reported as a fault. */
  read: () => Promise<AccountConfig[]>;
  /**
   * Called when an account's configuration changes, before the change takes effect. If it rejects,
   * it is called again.
   */
  onChange: (now: AccountConfig, before: AccountConfig) => Promise<void>;
  /** Called once for each reason why the new configuration cannot be used. */
  onFault: (error: Error) => void;
  everyMs?: number;
};

const EVERY_MS = 1_000;

/**
 * Reads the accounts' configuration again every second: ACCOUNTS_FILE and files of keys may change
 * while the program runs. An invalid one changes nothing. A new one counts when two readings in a
 * row agree, because the two keys of a pair are seldom replaced at the same moment.
 *
 * Accounts are not added or removed, and do not change from sandbox to live, while it runs.
 */
export function followAccounts(
  first: AccountConfig[],
  { read, onChange, onFault, everyMs = EVERY_MS }: Following,
) {
  const changes = openChanges(first, onChange);
  let reported: string | undefined;
  async function look(): Promise<void> {
    await changes.take(await read());
    if (changes.areTaken()) reported = undefined;
  }
  function report(error: Error): void {
    if (error.message !== reported) onFault(error);
    reported = error.message;
  }
  return { of: changes.of, stop: repeat(everyMs, look, report) };
}

/** The accounts as they are, and what the last reading changes about them. */
function openChanges(first: AccountConfig[], onChange: Following['onChange']) {
  const accounts = new Map(first.map((account) => [account.name, account]));
  let seen = textOf(first);
  let isPending = false;
  return {
    of(name: string): AccountConfig {
      const account = accounts.get(name);
      if (!account) throw new Error(`Bug: the account "${name}" is not followed`);
      return account;
    },
    areTaken: () => !isPending,
    async take(next: AccountConfig[]): Promise<void> {
      const text = textOf(next);
      const isSame = text === seen;
      if (!isSame) isPending = true;
      seen = text;
      if (!isSame || !isPending) return;
      const changed = next.filter((account) => isOther(account, accounts.get(account.name)));
      for (const account of changed) {
        await onChange(account, accounts.get(account.name)!);
        accounts.set(account.name, account);
      }
      isPending = false;
      refuseOthers([...accounts.values()], next);
    },
  };
}

const textOf = (accounts: AccountConfig[]) => JSON.stringify(accounts);

function isOther(account: AccountConfig, before: AccountConfig | undefined): boolean {
  return before?.mode === account.mode && textOf([account]) !== textOf([before]);
}

function refuseOthers(before: AccountConfig[], now: AccountConfig[]): void {
  const missing = (some: AccountConfig[], others: AccountConfig[]) =>
    some.filter(({ name, mode }) => !others.some((o) => o.name === name && o.mode === mode));
  const names = [...missing(now, before), ...missing(before, now)].map(({ name }) => `"${name}"`);
  if (names.length === 0) return;
  throw new Error(
    `Accounts were added, removed or changed (${[...new Set(names)].join(', ')}). ` +
      'Restart this process to use them.',
  );
}
