import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Limit, Threshold } from '../limits/index.ts';
import { ORDER_MAX } from '../order-size.ts';
import { PACE_MAX, PACE_MIN, PACE_WORDS } from '../pace-range.ts';
import type { PriceList } from '../prices/index.ts';
import { unknownNames } from '../reading/index.ts';
import {
  type AccountConfig,
  accountConfig,
  type Defaults,
  faultOfKey,
  type Keys,
} from './account.ts';
import { readSecret } from './environment.ts';
import { documentIn } from './json.ts';
import { FOR_SHELL, isForShell } from './path-rule.ts';
import { readLimits } from './read-limits.ts';
import { readPricesFile } from './read-prices.ts';
import { readThreshold, ThresholdEntry, whole } from './threshold.ts';

const text = z.string({ error: 'must be a text' }).trim().min(1, 'is empty');
const path = text.refine((path) => !isForShell(path), FOR_SHELL);

const PACE = `must be ${PACE_WORDS}, or "none"`;
/** Null: no pace, written as "none". */
const pace = z.union(
  [z.number().min(PACE_MIN, PACE).max(PACE_MAX, PACE), z.literal('none').transform(() => null)],
  { error: PACE },
);

const Entry = z.strictObject(
  {
    // It becomes part of a queue's name, of addresses and of labels.
    name: z
      .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text') })
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be of a to z, 0 to 9 and -, 40 at most'),
    mode: z.enum(['live', 'sandbox'], { error: 'must be "live" or "sandbox"' }),
    accessKey: text.optional(),
    accessKeyFile: path.optional(),
    secretAccessKey: text.optional(),
    secretAccessKeyFile: path.optional(),
    rate: pace.optional(),
    concurrency: whole('a whole number of orders', 1, 1000).optional(),
    dailyNumbers: whole('a whole number of numbers', ORDER_MAX, 100_000_000).optional(),
    pricesFile: path.optional(),
    limits: z.unknown().optional(),
    approval: ThresholdEntry.optional(),
  },
  { error: unknownNames('must be an object, such as {"name": "east", "mode": "sandbox"}') },
);
type Entry = z.infer<typeof Entry>;

/**
 * The accounts of an ACCOUNTS_FILE, a JSON list. Files of keys and prices are relative to its
 * folder. Adds all faults to `faults`; the result is valid only without any.
 */
export function readAccountsFile(
  path: string,
  defaults: Defaults,
  faults: string[],
): AccountConfig[] {
  const list = documentIn('ACCOUNTS_FILE', path, faults);
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length === 0) {
    faults.push(
      `ACCOUNTS_FILE names ${path}, which must hold a list of accounts, ` +
        'such as [{"name": "east", "mode": "sandbox"}].',
    );
    return [];
  }
  const accounts = list.flatMap((entry, index) => readEntry(entry, index, { path, faults }));
  refuseTwins(accounts, faults);
  return accounts.map(({ entry, who: _, ...settings }) =>
    accountConfig(
      { name: entry.name, ...settings },
      {
        ...defaults,
        rate: entry.rate === undefined ? defaults.rate : entry.rate,
        concurrency: entry.concurrency ?? defaults.concurrency,
      },
    ),
  );
}

type Read = {
  prices: PriceList | null;
  limits: Limit[];
  threshold: Threshold | null;
  who: string;
  entry: Entry;
  keys: Keys | null;
};

function readEntry(
  entry: unknown,
  index: number,
  { path, faults }: { path: string; faults: string[] },
): Read[] {
  // Without its name: a key may stand there.
  const who = `ACCOUNTS_FILE, account ${index + 1}`;
  const read = Entry.safeParse(entry);
  if (!read.success) {
    for (const { path, message } of read.error.issues) {
      faults.push(`${who}: ${[...path.map(String), message].join(' ')}.`);
    }
    return [];
  }
  const before = faults.length;
  const folder = dirname(path);
  const keys = readKeys(read.data, { who, folder, faults });
  const { pricesFile: file } = read.data;
  const prices = file ? readPricesFile(`${who}: pricesFile`, resolve(folder, file), faults) : null;
  const limits = limitsOf(read.data, prices, { who, faults });
  const threshold = readThreshold(read.data.approval, prices, `${who}: approval`, faults);
  const settings = { entry: read.data, keys, prices, limits, threshold };
  return faults.length > before ? [] : [{ who, ...settings }];
}

/** `dailyNumbers` is the short form of the limit that most need. */
function limitsOf(
  { dailyNumbers, limits: document = {} }: Entry,
  prices: PriceList | null,
  { who, faults }: Pick<ReadContext, 'who' | 'faults'>,
): Limit[] {
  const read = readLimits(document, prices);
  if ('faults' in read) {
    for (const fault of read.faults) faults.push(`${who}: limits ${fault}.`);
    return [];
  }
  if (dailyNumbers === undefined) return read.limits;
  if (read.limits.some(({ person, period }) => person === null && period === 'day')) {
    faults.push(
      `${who}: it has both dailyNumbers and limits for a day: put the numbers into limits.`,
    );
  }
  return [{ person: null, period: 'day', numbers: dailyNumbers, money: null }, ...read.limits];
}

type ReadContext = { who: string; folder: string; faults: string[] };

function readKeys(entry: Entry, context: ReadContext): Keys | null {
  const { who, faults } = context;
  const accessKey = readKey(entry, 'accessKey', context);
  const secretAccessKey = readKey(entry, 'secretAccessKey', context);
  if (entry.mode === 'live') {
    if (accessKey && secretAccessKey) return { accessKey, secretAccessKey };
    const lacking = (['accessKey', 'secretAccessKey'] as const).filter(
      (name) => !entry[name] && !entry[`${name}File`],
    );
    if (lacking.length > 0) {
      faults.push(
        `${who}: a live account needs ${lacking.join(' and ')}, or ` +
          `${lacking.map((name) => `${name}File`).join(' and ')}.`,
      );
    }
  } else if (accessKey || secretAccessKey) {
    faults.push(`${who}: it has keys, and a sandbox has none. Say "live", or take them out.`);
  }
  return null;
}

function readKey(
  entry: Entry,
  name: 'accessKey' | 'secretAccessKey',
  { who, folder, faults }: ReadContext,
): string | undefined {
  const file = entry[`${name}File`];
  if (file !== undefined && entry[name])
    faults.push(`${who}: it has both ${name} and ${name}File: keep one of them.`);
  const key =
    file === undefined
      ? entry[name]
      : readSecret(`${who}: ${name}File`, resolve(folder, file), faults);
  const fault = key === undefined ? null : faultOfKey(key);
  if (fault) faults.push(`${who}: ${file === undefined ? name : `${name}File`} ${fault}.`);
  return key;
}

/**
 * Two accounts of one name would share a queue. Two with the same keys are one account at the
 * vendor: each would take the other's purchases for evidence.
 */
function refuseTwins(accounts: Read[], faults: string[]): void {
  for (const [at, { who, entry, keys }] of accounts.entries()) {
    const earlier = accounts.slice(0, at);
    if (earlier.some((other) => other.entry.name === entry.name)) {
      faults.push(`${who}: there is another account of that name. Give it one of its own.`);
    }
    const twin = earlier.find((other) => keys && other.keys?.accessKey === keys.accessKey);
    if (twin) {
      faults.push(
        `${who}: it has the access key of "${twin.entry.name}". ` +
          "One account of the vendor's is one account here.",
      );
    }
  }
}
