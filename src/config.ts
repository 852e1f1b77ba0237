import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { keyPrintingDebug } from './vendor/index.ts';

export type Config = {
  /** No keys means the sandbox: nothing real can be bought. */
  mode: 'sandbox' | 'live';
  vendor: {
    /** Null: a sandbox of our own is opened. */
    url: string | null;
    accessKey: string;
    secretAccessKey: string;
    requestTimeoutMs: number;
    /** A file with more refusal rules. */
    refusalRules: string | null;
  };
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Where the embedded ledger is kept while there is no DATABASE_URL. */
  dataDir: string;
  /** Orders per second; null: not said here, so the account's own pace holds. */
  rate: number | null;
  /** Orders in flight per worker. */
  concurrency: number;
  /** Whether unknown orders are settled by the vendor's list of numbers, where that is clear. */
  reconcile: 'propose' | 'auto' | 'off';
  /** How long that list may lag behind a purchase, ms. Nobody knows. */
  reconcileAfterMs: number;
  logLevel: string | null;
  /** What must never be seen: keys and the passwords in URLs. */
  secrets: string[];
};

const VENDOR_URL = 'https://secure.dialogtech.com/ibp_api.php';
/** The sandbox takes any pair of keys. */
const SANDBOX_KEYS = { accessKey: 'sandbox', secretAccessKey: 'sandbox' };

type Environment = Record<string, string | undefined>;

const number = (name: string, what: string, min: number, max: number) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return null;
      const value = Number(text);
      if (Number.isFinite(value) && value >= min && value <= max) return value;
      context.addIssue(`${name} is "${text}": it must be ${what} from ${min} to ${max}.`);
      return z.NEVER;
    });

const text = z.string().optional();

const Environment = z.object({
  DIALOGTECH_ACCESS_KEY: text,
  DIALOGTECH_SECRET_ACCESS_KEY: text,
  DIALOGTECH_URL: text,
  DATABASE_URL: text,
  REDIS_URL: text,
  DATA_DIR: text,
  RATE: number('RATE', 'orders per second,', 0.01, 1000),
  CONCURRENCY: number('CONCURRENCY', 'a number of orders', 1, 1000),
  REQUEST_TIMEOUT: number('REQUEST_TIMEOUT', 'seconds', 1, 3600),
  REFUSAL_RULES: text,
  RECONCILE: z
    .enum(['propose', 'auto', 'off'], { error: 'RECONCILE must be propose, auto or off.' })
    .optional(),
  RECONCILE_AFTER: number('RECONCILE_AFTER', 'seconds', 0, 86_400),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'LOG_LEVEL must be trace, debug, info, warn, error or silent.',
    })
    .optional(),
});

/**
 * Reads the environment, and a `.env` file in the working folder for what the environment does not
 * say, once. A blank variable counts as not set, also where the file sets it.
 *
 * Throws one AppError `bad_config` that lists every fault.
 */
export function readConfig(environment: Environment = process.env, folder = '.'): Config {
  const faults: string[] = [];
  const env = withFiles(present({ ...dotEnv(folder, faults), ...environment }), faults);
  const read = Environment.safeParse(env);
  if (!read.success) faults.push(...read.error.issues.map((issue) => issue.message));
  const values = (read.data ?? { ...env }) as z.infer<typeof Environment>;

  const vendor = vendorConfig(values, faults);
  checkUrl('DATABASE_URL', values.DATABASE_URL, ['postgres:', 'postgresql:'], faults);
  checkUrl('REDIS_URL', values.REDIS_URL, ['redis:', 'rediss:'], faults);
  if (values.REDIS_URL && !values.DATABASE_URL) {
    faults.push('REDIS_URL is set without DATABASE_URL: the ledger needs PostgreSQL then as well.');
  }
  const redis = parsed(values.REDIS_URL);
  if (redis && !/^\/?\d*$/.test(redis.pathname)) {
    faults.push('REDIS_URL must end with the number of a database, such as /0, or with none.');
  }
  const leak = keyPrintingDebug(env.NODE_DEBUG);
  if (leak) faults.push(leak);
  if (faults.length > 0) {
    throw new AppError(
      'bad_config',
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
      { faults },
    );
  }
  return Object.freeze({
    mode: values.DIALOGTECH_ACCESS_KEY ? 'live' : 'sandbox',
    vendor: Object.freeze({
      ...vendor,
      requestTimeoutMs: (values.REQUEST_TIMEOUT ?? 120) * 1000,
      refusalRules: values.REFUSAL_RULES ?? null,
    }),
    databaseUrl: values.DATABASE_URL ?? null,
    redisUrl: values.REDIS_URL ?? null,
    dataDir: resolve(folder, values.DATA_DIR ?? 'data'),
    rate: values.RATE,
    reconcile: values.RECONCILE ?? 'propose',
    reconcileAfterMs: (values.RECONCILE_AFTER ?? 60) * 1000,
    concurrency: Math.floor(values.CONCURRENCY ?? 20),
    logLevel: values.LOG_LEVEL ?? null,
    secrets: [
      values.DIALOGTECH_ACCESS_KEY,
      values.DIALOGTECH_SECRET_ACCESS_KEY,
      ...passwordsOf(values.DATABASE_URL),
      ...passwordsOf(values.REDIS_URL),
    ].filter((secret) => secret !== undefined),
  });
}

/** Whether a person wants to see where a fault of ours came from. */
export function isDebugging(): boolean {
  return process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace';
}

function present(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value),
  );
}

function dotEnv(folder: string, faults: string[]): Environment {
  try {
    return parseEnv(readFileSync(resolve(folder, '.env'), 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT') faults.push(`The .env file cannot be read (${code}).`);
    return {};
  }
}

/** Keys may come from files, as container platforms hand them over. */
function withFiles(env: Environment, faults: string[]): Environment {
  const result = { ...env };
  for (const name of ['DIALOGTECH_ACCESS_KEY', 'DIALOGTECH_SECRET_ACCESS_KEY']) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    if (env[name]) faults.push(`${name} and ${name}_FILE are both set: keep one of them.`);
    try {
      result[name] = readFileSync(path, 'utf8').trim() || undefined;
      if (!result[name]) faults.push(`${name}_FILE names ${path}, which is empty.`);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      faults.push(`${name}_FILE names ${path}, which cannot be read (${code}).`);
    }
  }
  return result;
}

function vendorConfig(values: Environment | z.infer<typeof Environment>, faults: string[]) {
  const accessKey = values.DIALOGTECH_ACCESS_KEY as string | undefined;
  const secretAccessKey = values.DIALOGTECH_SECRET_ACCESS_KEY as string | undefined;
  const url = values.DIALOGTECH_URL as string | undefined;
  if (accessKey && !secretAccessKey) {
    faults.push(
      'DIALOGTECH_ACCESS_KEY is set, DIALOGTECH_SECRET_ACCESS_KEY is not: set both, or neither for the sandbox.',
    );
  }
  if (secretAccessKey && !accessKey) {
    faults.push(
      'DIALOGTECH_SECRET_ACCESS_KEY is set, DIALOGTECH_ACCESS_KEY is not: set both, or neither for the sandbox.',
    );
  }
  checkUrl('DIALOGTECH_URL', url, ['https:', 'http:'], faults);
  const host = parsed(url);
  const isLoopback = host && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host.hostname);
  if (host?.protocol === 'http:' && !isLoopback) {
    faults.push(
      `DIALOGTECH_URL is an http address on ${host.hostname}: the keys would travel in the clear. Use https.`,
    );
  }
  if (host && (host.search || host.username || host.password)) {
    faults.push('DIALOGTECH_URL must be a plain address without user, password or query.');
  }
  if (host && !isLoopback && !accessKey && !secretAccessKey) {
    faults.push(
      'DIALOGTECH_URL names a real vendor, but no keys are set. Set DIALOGTECH_ACCESS_KEY and DIALOGTECH_SECRET_ACCESS_KEY, or unset it for the sandbox.',
    );
  }
  if (accessKey && secretAccessKey) return { url: url ?? VENDOR_URL, accessKey, secretAccessKey };
  return { url: url ?? null, ...SANDBOX_KEYS };
}

function checkUrl(name: string, url: unknown, protocols: string[], faults: string[]) {
  if (typeof url !== 'string') return;
  // The address itself is not repeated: it may hold a password.
  if (!protocols.some((protocol) => url.toLowerCase().startsWith(`${protocol}//`))) {
    faults.push(
      `${name} is not an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  } else if (!canDecode(url)) {
    faults.push(
      `${name} is not an address that can be read. A special character in its user or password must be written percent-encoded: %25 for %, %2F for /, %23 for #.`,
    );
  }
}

function parsed(url: string | undefined): URL | undefined {
  return url && URL.canParse(url) ? new URL(url) : undefined;
}

function canDecode(url: string): boolean {
  try {
    const { username, password } = new URL(url);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL's addresses may also name it in their query. */
function passwordsOf(address: string | undefined): string[] {
  const url = parsed(address);
  if (!url) return [];
  const passwords = [decodeURIComponent(url.password), ...url.searchParams.getAll('password')];
  return passwords.filter((password) => password !== '');
}
