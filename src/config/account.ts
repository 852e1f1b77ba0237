import type { Limit, Threshold } from '../limits/index.ts';
import type { PriceList } from '../prices/index.ts';
import { checkWebUrl, isLoopback, parsed } from './addresses.ts';
import { requireBoth } from './environment.ts';
import type { Variables } from './variables.ts';

/** One account in the configuration. Of what is undefined it says nothing: the account keeps it. */
export type AccountConfig = {
  name: string;
  /** Sandbox: without keys; nothing real can be bought. */
  mode: 'sandbox' | 'live';
  /** Null: a sandbox of our own is opened. */
  url: string | null;
  accessKey: string;
  secretAccessKey: string;
  /** Orders per second; null: no pace. */
  rate: number | null | undefined;
  /** Orders in flight per worker. */
  concurrency: number;
  /** What it pays; null: not known. */
  prices: PriceList | null | undefined;
  limits: Limit[] | undefined;
  /** Above it, purchases wait for another person's approval; null: none waits. */
  threshold: Threshold | null | undefined;
};

export type Keys = Pick<AccountConfig, 'accessKey' | 'secretAccessKey'>;

/** Defaults for an account. */
export type Defaults = Pick<AccountConfig, 'rate' | 'concurrency'> & {
  vendorUrl: string | undefined;
};

const VENDOR_URL = 'https://secure.dialogtech.com/ibp_api.php';
/** The sandbox takes any pair of keys. */
const SANDBOX_KEYS: Keys = { accessKey: 'sandbox', secretAccessKey: 'sandbox' };

/** Why this cannot be a key, without showing it; null: it can. */
export function faultOfKey(key: string): string | null {
  if (/[\p{C}\ufffd]/u.test(key.replace(/\s/g, '')))
    return 'has characters that no key has: the file may be in UTF-16, or not be a text';
  if (/\s/.test(key))
    return 'has a blank or a line break inside: there may be more than the key in it';
  return null;
}

/** Live with keys; without them a sandbox: our own, or one that listens on this machine. */
export function accountConfig(
  account: { keys: Keys | null } & Pick<AccountConfig, 'name' | 'prices' | 'limits' | 'threshold'>,
  { vendorUrl, rate, concurrency }: Defaults,
): AccountConfig {
  const { name, keys, prices, limits, threshold } = account;
  const sandboxUrl = isLoopback(parsed(vendorUrl)) ? vendorUrl : undefined;
  return Object.freeze({
    name,
    mode: keys ? 'live' : 'sandbox',
    url: keys ? (vendorUrl ?? VENDOR_URL) : (sandboxUrl ?? null),
    ...(keys ?? SANDBOX_KEYS),
    rate,
    concurrency,
    prices,
    limits,
    threshold,
  });
}

/**
 * The account of the environment: `main` with keys, `sandbox` without. A variable that is missing
 * says nothing: a command may run in another shell than the worker.
 */
export function accountOfEnvironment(
  keys: Variables,
  prices: PriceList | undefined,
  defaults: Defaults,
  faults: string[],
): AccountConfig {
  const { DIALOGTECH_ACCESS_KEY: accessKey, DIALOGTECH_SECRET_ACCESS_KEY: secretAccessKey } = keys;
  const names = ['DIALOGTECH_ACCESS_KEY', 'DIALOGTECH_SECRET_ACCESS_KEY'] as const;
  for (const name of names) {
    const fault = faultOfKey(keys[name] ?? '');
    if (fault) faults.push(`${name} ${fault}.`);
  }
  requireBoth(
    { DIALOGTECH_ACCESS_KEY: accessKey, DIALOGTECH_SECRET_ACCESS_KEY: secretAccessKey },
    faults,
    ' for the sandbox',
  );
  const host = parsed(defaults.vendorUrl);
  if (host && !isLoopback(host) && !accessKey && !secretAccessKey) {
    faults.push(
      'DIALOGTECH_URL is not an address of this machine, and no keys are set. ' +
        'Set DIALOGTECH_ACCESS_KEY and DIALOGTECH_SECRET_ACCESS_KEY, or unset it for the ' +
        'sandbox.',
    );
  }
  const isLive = accessKey !== undefined && secretAccessKey !== undefined;
  const account = isLive
    ? { name: 'main', keys: { accessKey, secretAccessKey } }
    : { name: 'sandbox', keys: null };
  return accountConfig({ ...account, prices, limits: undefined, threshold: undefined }, defaults);
}

/**
 * Adds a fault for each live account without a pace: a person must set the pace of what costs
 * money. The ledger refuses such an account as well.
 */
export function checkPaces(accounts: AccountConfig[], faults: string[]): void {
  for (const { name, mode, rate } of accounts) {
    if (mode !== 'live' || rate !== null) continue;
    faults.push(
      `The pace of "${name}" is none, and a live account must have one: ` +
        'the vendor publishes no limit. Set RATE, or its rate in ACCOUNTS_FILE, to orders ' +
        'per second.',
    );
  }
}

export function checkVendorUrl(url: string | undefined, faults: string[]): void {
  const host = checkWebUrl('DIALOGTECH_URL', url, 'the keys', faults);
  if (host && (host.search || host.username || host.password)) {
    faults.push('DIALOGTECH_URL must be a plain address without user, password or query.');
  }
}
