import { userInfo } from 'node:os';
import { claimDeadlineMs } from '../../jobs/claim-deadline.ts';
import { type Config, keysOf, numberingOf, readConfig } from '../config/index.ts';
import {
  type Ledger,
  migrate,
  openEmbedded,
  openPostgres,
  type PlanDocument,
  requireReady,
  requireSound,
  systemUser,
} from '../ledger/index.ts';
import { createLog, type Log } from '../log.ts';
import { keepSecret, type Secrets } from '../scrub.ts';
import { openTraces, type Traces } from '../tracing/index.ts';
import { vouchByJournal } from '../vouch/index.ts';
import { chooseOwn, type OwnAccount, ownAccounts } from './own-accounts.ts';

/** What a command works with. Dispose it at the end. */
export type Session = AsyncDisposable & {
  config: Config;
  ledger: Ledger;
  log: Log;
  /** The log leaves these out. */
  secrets: Secrets;
  /** Of them the keys of all accounts: no answer of the vendor is kept with one. */
  keys: Secrets;
  /** The accounts of the configuration. */
  ownAccounts(): Promise<OwnAccount[]>;
  /** The account of the plan; without a plan, all. */
  ownAccountsOf(plan: PlanDocument | undefined): Promise<OwnAccount[]>;
  /** The account of that name; without a name, the only one. */
  ownAccount(name?: string): Promise<OwnAccount>;
  /** Opened at the first call; undefined when traces are off. */
  traces(): Promise<Traces | undefined>;
};

/** `isReader`: a command that changes nothing, so it brings no tables up to date either. */
export type SessionOptions = { logLevel?: string; isReader?: boolean };

/**
 * Opens the ledger of the configuration and brings its tables up to date. Other processes see the
 * name `command`. Throws AppErrors of the configuration and the ledger; for a reader also
 * `ledger_down`, with the `version`, when the tables are older than this program.
 */
export async function openSession(
  command: string,
  { logLevel = 'warn', isReader = false }: SessionOptions = {},
): Promise<Session> {
  const config = await readConfig();
  // A NUMBERING_FILE that is no report stops every command, not only those that read it.
  if (config.numberingFile !== null) await numberingOf(config);
  const secrets = keepSecret(config.secrets);
  const keys = keepSecret(keysOf(config.accounts));
  const log = createLog(config.logLevel ?? logLevel, secrets);
  const ledger = await readyLedger(config, log, command, isReader);
  let traces: Promise<Traces | undefined> | undefined;
  const allOwn = () => ownAccounts(ledger, config);
  return {
    config,
    ledger,
    log,
    secrets,
    keys,
    ownAccounts: allOwn,
    ownAccountsOf: async (plan) => (plan ? [chooseOwn(await allOwn(), plan.account)] : allOwn()),
    ownAccount: async (name) => chooseOwn(await allOwn(), name),
    traces() {
      traces ??= openTraces(config.traces, log);
      return traces;
    },
    async [Symbol.asyncDispose]() {
      try {
        await (await traces)?.close();
      } finally {
        await ledger.close();
      }
    },
  };
}

/** Commands through which a plan is submitted. */
const TAKES_PLANS = /^(up|serve|order|submit)\b/;

/** Closes the ledger again when it is not ready. */
async function readyLedger(config: Config, log: Log, command: string, isReader: boolean) {
  const ledger = config.databaseUrl
    ? openPostgres(config.databaseUrl, { workers: config.accounts.length })
    : await openEmbedded(config.dataDir, command);
  for (const warning of [...config.warnings, ...ledger.warnings]) log.warn(warning);
  if (config.leftBehind !== null && TAKES_PLANS.test(command)) log.warn(config.leftBehind);
  try {
    if (isReader) await requireReady(ledger);
    else {
      await migrate(ledger);
      await requireSound(ledger);
      await vouchByJournal({ ledger, log, deadlineMs: claimDeadlineMs(config.requestTimeoutMs) });
    }
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** The user of this machine. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'a user without a name';
  }
}

/** Who acts on the command line, for the events. */
export const actingUser = (): string => systemUser(currentUser());
