import { userInfo } from 'node:os';
import { type Config, readConfig } from '../config.ts';
import {
  type Account,
  changeAccount,
  ensureAccount,
  type Ledger,
  migrate,
  openEmbedded,
  openPostgres,
} from '../ledger/index.ts';
import { createLog, type Log } from '../log.ts';

/** What a command works with, opened from the configuration and closed at its end. */
export type Session = AsyncDisposable & {
  config: Config;
  ledger: Ledger;
  log: Log;
  /** The account that the keys in the configuration belong to, made when it is new. */
  ownAccount(): Promise<Account>;
};

/** Orders per second of a new account. The vendor publishes no limit; this is a cautious guess. */
const DEFAULT_RATE = 4;

/**
 * Opens the ledger for a command of this name, with its tables up to date. Throws AppErrors of the
 * configuration and the ledger.
 */
export async function openSession(command: string, logLevel = 'warn'): Promise<Session> {
  const config = readConfig();
  const log = createLog(config.logLevel ?? logLevel, config.secrets);
  const ledger = config.databaseUrl
    ? openPostgres(config.databaseUrl)
    : await openEmbedded(config.dataDir, command);
  try {
    await migrate(ledger);
  } catch (error) {
    await ledger.close();
    throw error;
  }
  return {
    config,
    ledger,
    log,
    ownAccount: () => ownAccount(ledger, config),
    [Symbol.asyncDispose]: () => ledger.close(),
  };
}

async function ownAccount(ledger: Ledger, { mode, rate }: Config): Promise<Account> {
  const name = mode === 'live' ? 'main' : 'sandbox';
  const account = await ensureAccount(ledger, { name, mode, rate: rate ?? DEFAULT_RATE });
  if (rate === null || rate === account.rate) return account;
  return changeAccount(ledger, name, { rate }, { who: 'RATE', why: 'set in the environment' });
}

/** Who gives the command, for the events: the name of the user of this machine. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody without a user name';
  }
}
