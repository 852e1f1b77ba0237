import { inject } from 'vitest';
import type { Config } from '../../src/config/index.ts';
import { type Ledger, migrate, openEmbedded, openPostgres } from '../../src/ledger/index.ts';
import { atEnd } from './clean-up.ts';
import {
  type Database,
  describeWith,
  emptyDatabase,
  freshDatabase,
  freshRedis,
  type Need,
} from './servers.ts';
import { embeddedFolder, temporaryFolder } from './temporary-folder.ts';

/** Where the ledger and the queue are kept, as the configuration says it. */
export type Storage = Pick<Config, 'dataDir' | 'databaseUrl' | 'redisUrl'>;

/** What a storage begins as. */
type Beginning = { folder(): string; database(): Promise<Database> };

/** With empty tables, unless said otherwise. */
const READY: Beginning = { folder: embeddedFolder, database: freshDatabase };
/** As a program finds it that is the first one there. */
export const UNTOUCHED: Beginning = { folder: temporaryFolder, database: emptyDatabase };

export type Mode = {
  mode: string;
  needs: Need[];
  makeStorage: (beginning?: Beginning) => Promise<Storage>;
};

const nowhere: Storage = { dataDir: '', databaseUrl: null, redisUrl: null };

/** All in the process itself: ledger and queue in PGlite. */
export const EMBEDDED: Mode = {
  mode: 'embedded',
  needs: [],
  makeStorage: async ({ folder } = READY) => ({ ...nowhere, dataDir: folder() }),
};

export const POSTGRES: Mode = {
  mode: 'PostgreSQL',
  needs: ['postgres'],
  makeStorage: async ({ database } = READY) => ({
    ...nowhere,
    databaseUrl: (await database()).url,
  }),
};

export const POSTGRES_AND_REDIS: Mode = {
  mode: 'PostgreSQL and Redis',
  needs: ['postgres', 'redis'],
  makeStorage: async ({ database } = READY) => ({
    ...nowhere,
    databaseUrl: (await database()).url,
    redisUrl: (await freshRedis()).url,
  }),
};

/** The same tests wherever ledger and queue may be kept. `makeStorage` makes new, empty ones. */
export function describeInModes(
  modes: Mode[],
  subject: string,
  tests: (mode: Pick<Mode, 'mode' | 'makeStorage'>) => void,
): void {
  for (const mode of modes) describeWith(mode.needs, `${subject}, ${mode.mode}`, () => tests(mode));
}

export const EVERY_MODE = [EMBEDDED, POSTGRES, POSTGRES_AND_REDIS];

/** Of what is the same in these modes: the first, and all of them where `LEDGERS=both` says so. */
export const firstOf = (...modes: [Mode, ...Mode[]]): Mode[] =>
  process.env.LEDGERS === 'both' ? modes : modes.slice(0, 1);

/** A handle on a ledger in PostgreSQL, closed at the end. */
export function ledgerAt(...address: Parameters<typeof openPostgres>) {
  const ledger = openPostgres(...address);
  atEnd(() => ledger.close());
  return ledger;
}

/** One in a folder, closed at the end, if not before. */
export async function ledgerIn(folder: string): Promise<Ledger> {
  const ledger = await openEmbedded(folder, 'test');
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= ledger.close();
    return closing;
  };
  atEnd(close);
  return { ...ledger, close };
}

/** The same of either, with its tables made. */
export async function openLedger({ databaseUrl, dataDir }: Storage): Promise<Ledger> {
  const ledger = databaseUrl ? ledgerAt(databaseUrl) : await ledgerIn(dataDir);
  await migrate(ledger);
  return ledger;
}

/** What costs a test the least, where it makes no difference: PostgreSQL, if there is one. */
export const quickStorage = (): Promise<Storage> =>
  ('url' in inject('postgres') ? POSTGRES : EMBEDDED).makeStorage();

export const openQuickLedger = async (): Promise<Ledger> => openLedger(await quickStorage());

/** What the storage is for the command line. */
export function environmentOf({ dataDir, databaseUrl, redisUrl }: Storage): Record<string, string> {
  return {
    ...(dataDir ? { DATA_DIR: dataDir } : {}),
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  };
}
