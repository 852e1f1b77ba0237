import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { OWN_FOLDER } from '../../own-folder.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { requireSound } from './soundness.ts';

const FOLDER = join(OWN_FOLDER, 'ledger/database/migrations');
/** Any constant: what asks for the same one waits until the migration that runs is over. */
const LOCK = 4_152_311_902;

/**
 * Brings the ledger's tables up to date and returns the versions that were missing: all in one
 * transaction, or nothing. Of several processes at once, one does the work. Throws AppError
 * `ledger_newer` when the tables were made by a newer program.
 */
export async function migrate(ledger: Queries & Pick<Ledger, 'transaction'>): Promise<number[]> {
  const known = knownMigrations();
  if ((await appliedVersion(ledger)) === known.length) return [];
  return ledger.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(${LOCK})`);
    await tx.script(`
      -- "if not exists" would need the right to create schemas even where there is one.
      do $$ begin
        if to_regnamespace('ledger') is null then create schema ledger; end if;
      end $$;
      create table if not exists ledger.migrations (
        version integer primary key, name text not null,
        applied_at timestamptz not null default clock_timestamp());`);
    const missing = known.slice(await appliedVersion(tx));
    for (const { version, name, path } of missing) {
      await tx.script(readFileSync(path, 'utf8'));
      await tx.query('insert into ledger.migrations (version, name) values ($1, $2)', [
        version,
        name,
      ]);
    }
    return missing.map((migration) => migration.version);
  });
}

/**
 * Throws AppError `ledger_down` when the database cannot be reached, when its tables are older than
 * this program, or when it does not keep their rules; and `ledger_newer` when they are newer.
 */
export async function requireReady(ledger: Ledger): Promise<void> {
  const version = await appliedVersion(ledger);
  const newest = newestVersion();
  if (version === newest) return requireSound(ledger);
  throw new AppError(
    'ledger_down',
    `The database's tables are of version ${version}, and this ` +
      `program needs version ${newest}. Run "migrate".`,
    { version, newest },
  );
}

/** The version of the tables; 0 when there are none. Throws `ledger_newer` as above. */
async function appliedVersion(db: Queries): Promise<number> {
  const [there] = await db.query<{ there: boolean }>(
    `select to_regclass('ledger.migrations') is not null as there`,
  );
  if (!there?.there) return 0;
  const [row] = await db.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from ledger.migrations',
  );
  const version = row?.version ?? 0;
  const newest = newestVersion();
  if (version > newest) {
    throw new AppError(
      'ledger_newer',
      `The database's tables are of version ${version}, and this program knows versions ` +
        `up to ${newest}. Use the newer program that made them; nothing was changed.`,
      { version, newest },
    );
  }
  return version;
}

/** The newest version of the tables that this program knows. */
export function newestVersion(): number {
  newest ??= knownMigrations().length;
  return newest;
}
let newest: number | undefined;

/** What brings an empty database up to date. */
export function migrationTexts(): string[] {
  return knownMigrations().map(({ path }) => readFileSync(path, 'utf8'));
}

/** The numbered files, in order: 0001_….sql is version 1. A gap is a fault of ours. */
function knownMigrations(): { version: number; name: string; path: string }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      const version = Number(name.slice(0, 4));
      if (version !== index + 1)
        throw new Error(`Bug: migration ${name} is not number ${index + 1}`);
      return { version, name, path: join(FOLDER, name) };
    });
}
