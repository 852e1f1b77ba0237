import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { leftBehind } from '../folders/index.ts';
import type { PriceList } from '../prices/index.ts';
import { type AccountConfig, accountOfEnvironment, checkPaces, checkVendorUrl } from './account.ts';
import { checkUrl, passwordsOf, plainTextWarning } from './addresses.ts';
import { keyPrintingDebug } from './debug-leak.ts';
import { type Environment, gather, proxiesIn, settingAlone, surroundings } from './environment.ts';
import { path } from './path-rule.ts';
import { type PeopleConfig, peopleConfig, signInConfig } from './people.ts';
import { readRedisUrl, redisPasswords } from './redis-address.ts';
import { secretsOfTraces, type TracesConfig, tracesConfig } from './traces.ts';
import { VARIABLES, type Variables, valuesOf } from './variables.ts';
import { type WebhookConfig, webhookConfig } from './webhook.ts';

export type Config = {
  /** Accounts whose orders this process may place: of ACCOUNTS_FILE, or of the environment. */
  accounts: AccountConfig[];
  /** The file that names several accounts; null: there is one, from the environment. */
  accountsFile: string | null;
  requestTimeoutMs: number;
  /** A file with more refusal rules. */
  refusalRules: string | null;
  /** A newer report of area codes, see `numberingOf`. */
  numberingFile: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Jobs in an account's queue at once: of all its plans together, and of one. */
  queueDepth: { all: number; perPlan: number };
  /** The folder of the embedded ledger, used without a DATABASE_URL. */
  dataDir: string;
  /** Whether the vendor's list of numbers settles unknown orders, where it is clear. */
  reconcile: 'propose' | 'auto' | 'off';
  /** How long that list may lag behind a purchase, ms. The vendor does not say. */
  reconcileAfterMs: number;
  webhook: WebhookConfig;
  logLevel: string | null;
  web: PeopleConfig & {
    host: string;
    /** 0: any free port. */
    port: number;
  };
  /** The port on HOST for probes and Prometheus, without sign-in; 0: any free port, null: none. */
  healthPort: number | null;
  /** Null: no traces. */
  traces: TracesConfig | null;
  /** Sentences for a person about settings that work but are unsafe. */
  warnings: string[];
  /** What to know before a plan is submitted, if anything. */
  leftBehind: string | null;
  /** Variables that name a proxy. None is used. */
  ignoredProxies: string[];
  /** Texts that must never be shown: keys, and the passwords in URLs. */
  secrets: string[];
  /** Variables that count when a process starts, as they were set. A running one goes on. */
  atStart: Readonly<Record<string, unknown>>;
};

/**
 * Reads the environment once, and a `.env` file in `folder` for variables that are not set. A blank
 * variable counts as not set, even where the file sets it.
 *
 * Rejects with one AppError `bad_config` that lists every fault.
 */
export async function readConfig(
  environment: Environment = surroundings(),
  folder = '.',
): Promise<Config> {
  const faults: string[] = [];
  const known = Object.keys(VARIABLES);
  const { env, blank } = gather(environment, folder, { known, faults });
  const values = valuesOf(env, faults);

  checkVendorUrl(values.DIALOGTECH_URL, faults);
  const accounts = await readAccounts(values, folder, faults);
  checkPaces(accounts, faults);
  checkBlankUrl(accounts, blank, faults);
  const signIn = signInConfig(values, faults);
  const people = peopleConfig(values, folder, faults);
  const webhook = webhookConfig(values, faults);
  const traces = tracesConfig(values);
  checkServers(values, faults);
  const leak = keyPrintingDebug(env.NODE_DEBUG);
  if (leak) faults.push(leak);
  if (faults.length > 0) throw faulty(faults);
  return Object.freeze({
    ...settingsOf(values, folder),
    accounts,
    webhook,
    web: Object.freeze({
      host: values.HOST ?? '127.0.0.1',
      port: Math.floor(values.PORT ?? 3000),
      signIn,
      ...people,
    }),
    traces,
    ignoredProxies: proxiesIn(env),
    secrets: [
      ...keysOf(accounts),
      values.WEB_PASSWORD,
      values.NOTICE_SECRET,
      ...secretsOfTraces(traces),
      ...passwordsOf(values.DATABASE_URL),
      ...redisPasswords(values.REDIS_URL),
    ].filter((secret) => secret !== undefined),
    atStart: atStart(values),
  });
}

/** All but those of the accounts. */
function atStart({
  DIALOGTECH_ACCESS_KEY: _access,
  DIALOGTECH_SECRET_ACCESS_KEY: _secret,
  DIALOGTECH_URL: _url,
  ACCOUNTS_FILE: _accounts,
  RATE: _rate,
  PRICES_FILE: _prices,
  CONCURRENCY: _concurrency,
  ...others
}: Variables): Config['atStart'] {
  return Object.freeze(others);
}

/**
 * USERS_FILE alone; null: not set. A command that changes users works though other settings are
 * wrong. Throws AppError `bad_config` when the .env file cannot be read.
 */
export function readUsersSetting(
  environment: Environment = surroundings(),
  folder = '.',
): string | null {
  const faults: string[] = [];
  const file = settingAlone('USERS_FILE', environment, folder, faults);
  path('USERS_FILE')(file, (words) => faults.push(words));
  if (faults.length > 0) throw faulty(faults);
  return file === undefined ? null : resolve(folder, file);
}

/** The ledger counts in whole ones. */
const wholeMs = (seconds: number): number => Math.round(seconds * 1000);

/** The settings that stand for themselves, with their defaults. */
function settingsOf(values: Variables, folder: string) {
  const dataDir = resolve(folder, values.DATA_DIR ?? 'data');
  const timeout = values.REQUEST_TIMEOUT ?? 120;
  return {
    accountsFile: values.ACCOUNTS_FILE ?? null,
    requestTimeoutMs: wholeMs(timeout),
    refusalRules: values.REFUSAL_RULES ?? null,
    numberingFile: values.NUMBERING_FILE ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    queueDepth: Object.freeze({
      all: Math.floor(values.QUEUE_DEPTH ?? 100_000),
      perPlan: Math.floor(values.QUEUE_DEPTH_PER_PLAN ?? 10_000),
    }),
    dataDir,
    reconcile: values.RECONCILE ?? 'propose',
    // A gateway may give up at once what the vendor still works on, and its list may lag then.
    reconcileAfterMs: wholeMs(values.RECONCILE_AFTER ?? timeout + 60),
    logLevel: values.LOG_LEVEL ?? null,
    healthPort: values.HEALTH_PORT === null ? null : Math.floor(values.HEALTH_PORT),
    warnings: [
      plainTextWarning('DATABASE_URL', values.DATABASE_URL),
      plainTextWarning('REDIS_URL', values.REDIS_URL),
      hasteWarning(values, timeout),
    ].filter((warning) => warning !== null),
    leftBehind: values.DATABASE_URL === undefined ? null : leftBehind(dataDir),
  };
}

/** Where a person looks at verdicts, they may know better. */
function hasteWarning({ RECONCILE, RECONCILE_AFTER }: Variables, timeout: number): string | null {
  if (RECONCILE !== 'auto' || (RECONCILE_AFTER ?? timeout) >= timeout) return null;
  return (
    'RECONCILE is auto, and RECONCILE_AFTER is shorter than REQUEST_TIMEOUT: an order whose ' +
    'connection is cut while the vendor still works on it may be bought twice. Set it longer.'
  );
}

/** The keys of live accounts: those of a sandbox are its name and hide nothing. */
export function keysOf(accounts: AccountConfig[]): string[] {
  return accounts
    .filter(({ mode }) => mode === 'live')
    .flatMap(({ accessKey, secretAccessKey }) => [accessKey, secretAccessKey]);
}

function faulty(faults: string[]): AppError {
  const many = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  const list = faults.map((fault) => `  - ${fault}`);
  return new AppError('bad_config', [`The configuration has ${many}:`, ...list], { faults });
}

async function readAccounts(
  values: Variables,
  folder: string,
  faults: string[],
): Promise<AccountConfig[]> {
  const defaults = {
    vendorUrl: values.DIALOGTECH_URL,
    rate: values.RATE,
    concurrency: Math.floor(values.CONCURRENCY ?? 20),
  };
  const { ACCOUNTS_FILE: file, PRICES_FILE: priced } = values;
  if (file === undefined) {
    const prices = priced ? await pricesIn(resolve(folder, priced), faults) : undefined;
    return [accountOfEnvironment(values, prices, defaults, faults)];
  }
  if (priced !== undefined) {
    faults.push(
      'ACCOUNTS_FILE is set, with PRICES_FILE beside it: name the prices in the file, as the ' +
        'pricesFile of an account, or unset one of the two.',
    );
  }
  if (values.DIALOGTECH_ACCESS_KEY || values.DIALOGTECH_SECRET_ACCESS_KEY) {
    faults.push(
      'ACCOUNTS_FILE is set, with keys beside it: put them into the file, or unset one of the two.',
    );
  }
  // The schemas of files take longer to load than all else that is read here.
  const { readAccountsFile } = await import('./accounts-file.ts');
  return readAccountsFile(resolve(folder, file), defaults, faults);
}

async function pricesIn(path: string, faults: string[]): Promise<PriceList | undefined> {
  const { readPricesFile } = await import('./read-prices.ts');
  return readPricesFile('PRICES_FILE', path, faults) ?? undefined;
}

function checkServers({ DATABASE_URL, REDIS_URL }: Variables, faults: string[]): void {
  checkUrl('DATABASE_URL', DATABASE_URL, ['postgres:', 'postgresql:'], faults);
  if (REDIS_URL && !DATABASE_URL) {
    faults.push('REDIS_URL is set without DATABASE_URL: the ledger needs PostgreSQL then as well.');
  }
  const redis = REDIS_URL ? readRedisUrl(REDIS_URL) : undefined;
  if (redis && 'fault' in redis) faults.push(redis.fault);
}

/** With keys, an address that is blank by mistake would mean the real vendor. */
function checkBlankUrl(accounts: AccountConfig[], blank: string[], faults: string[]): void {
  if (!blank.includes('DIALOGTECH_URL') || keysOf(accounts).length === 0) return;
  faults.push(
    'DIALOGTECH_URL is set and empty, and there are keys. ' +
      'Unset it to buy from the real vendor, or set the address.',
  );
}
