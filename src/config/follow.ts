import { isDeepStrictEqual } from 'node:util';
import { listed } from '../english.ts';
import { repeat } from '../timing/index.ts';
import type { AccountConfig } from './account.ts';
import { isLoopback, parsed } from './addresses.ts';
import type { Config } from './read.ts';

type Following = {
  /** Reads the configuration again. What it throws is reported as a fault. */
  read: () => Promise<Config>;
  /**
   * Called when an account's configuration changes, before the change takes effect. If it rejects,
   * it is called again.
   */
  onChange: (change: AccountChange) => Promise<void>;
  /** Called once for each reason why the new configuration, or a part of it, is not used. */
  onFault: (error: Error) => void;
  everyMs?: number;
};

/** What a reading says of an account that the one before did not. */
export type AccountChange = {
  now: AccountConfig;
  /** Properties of it with other values. */
  changed: (keyof AccountConfig)[];
  /** Properties that it says nothing of any more: the account keeps them. */
  kept: (keyof AccountConfig)[];
  config: Config;
};

const EVERY_MS = 1_000;

/**
 * Reads the configuration again every second: `.env`, ACCOUNTS_FILE and files of keys and prices
 * may change while the program runs. An invalid one changes nothing. A new one counts when two
 * readings in a row agree, because the two keys of a pair are seldom replaced at the same moment.
 *
 * What is different from the reading before changes, and nothing else. What can change only with a
 * restart is reported.
 */
export function followAccounts(
  first: Config,
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
  return { of: changes.of, isHalted: changes.isHalted, stop: repeat(everyMs, look, report) };
}

/** The accounts as they are, and what the last reading changes about them. */
function openChanges(first: Config, onChange: Following['onChange']) {
  const accounts = new Map(first.accounts.map((account) => [account.name, account]));
  let halted: string[] = [];
  let seen = textOf(first);
  let isPending = false;
  return {
    of(name: string): AccountConfig {
      const account = accounts.get(name);
      if (!account) throw new Error(`Bug: the account "${name}" is not followed`);
      return account;
    },
    /** Whether the account is another by now, or none, so that nothing may be bought for it. */
    isHalted: (name: string) => halted.includes(name),
    areTaken: () => !isPending,
    async take(next: Config): Promise<void> {
      const text = textOf(next);
      const isSame = text === seen;
      if (!isSame) isPending = true;
      seen = text;
      if (!isSame || !isPending) return;
      const pairs = [...accounts.values()].map((before) => ({
        before,
        now: next.accounts.find((now) => canFollow(now, before)),
      }));
      halted = pairs.filter(({ now }) => !now).map(({ before }) => before.name);
      for (const { before, now } of pairs) {
        if (!now) continue;
        // The queue and the connections were opened for it.
        const account = { ...now, concurrency: before.concurrency };
        const change = differenceOf(before, account);
        if (change.changed.length + change.kept.length === 0) continue;
        await onChange({ now: account, ...change, config: next });
        accounts.set(account.name, account);
      }
      isPending = false;
      refuseOthers(first, next, halted);
    },
  };
}

const textOf = ({ accounts, atStart }: Config) => JSON.stringify([accounts, atStart]);

/** From a rehearsal to the vendor itself, or back, nobody gets by an edit. */
function canFollow(now: AccountConfig, before: AccountConfig): boolean {
  return now.name === before.name && now.mode === before.mode && whereOf(now) === whereOf(before);
}

function whereOf({ url }: AccountConfig): 'own sandbox' | 'this machine' | 'elsewhere' {
  if (url === null) return 'own sandbox';
  return isLoopback(parsed(url)) ? 'this machine' : 'elsewhere';
}

function differenceOf(before: AccountConfig, now: AccountConfig) {
  const names = Object.keys(now) as (keyof AccountConfig)[];
  const different = names.filter((name) => !isDeepStrictEqual(now[name], before[name]));
  return {
    changed: different.filter((name) => now[name] !== undefined),
    kept: different.filter((name) => now[name] === undefined),
  };
}

/** Throws what waits for a restart. */
function refuseOthers(first: Config, now: Config, halted: string[]): void {
  const others = now.accounts.filter(({ name }) => !halted.includes(name));
  const waiting = [
    ...variablesIn(first, now),
    ...others.flatMap(({ name, concurrency }) => {
      const before = first.accounts.find((account) => account.name === name);
      if (!before) return [`account "${name}"`];
      return concurrency === before.concurrency ? [] : [`concurrency of "${name}"`];
    }),
  ];
  const sentences = halted.map(
    (name) =>
      `Nothing is bought for the account "${name}" until this process is restarted, or the ` +
      'change is taken back: the configuration no longer has an account of the same kind by that ' +
      'name.',
  );
  if (waiting.length > 0) {
    const news = listed(waiting.map((what) => `the new ${what}`));
    sentences.push(`A restart of this process is needed to use ${news}.`);
  }
  if (sentences.length > 0) throw new Error(sentences.join(' '));
}

/** Variables with other values, of those that count at the start alone. */
function variablesIn(first: Config, now: Config): string[] {
  const values = (config: Config, name: string) => config.atStart[name];
  const names = new Set([...Object.keys(first.atStart), ...Object.keys(now.atStart)]);
  return [...names].filter((name) => values(first, name) !== values(now, name));
}
