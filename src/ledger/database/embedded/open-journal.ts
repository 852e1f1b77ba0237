import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../errors.ts';
import { isAnchored, JOURNAL_FILE, setAnchor } from './anchor.ts';
import { Journal } from './journal.ts';
import { syncFolder } from './sync.ts';

const TABLES = `
  create table if not exists plans (id integer primary key, key text not null unique);
  create table if not exists entries (
    position integer primary key, plan integer not null, attempt integer not null,
    "order" integer not null, nonce integer not null, quantity integer not null,
    worker text not null, claimed_at text not null, answer text,
    unique (plan, attempt, "order"));
  create table if not exists facts (name text primary key, value text not null) without rowid`;

/**
 * Opens the journal of a folder that this process has locked. `isNew`: there is no ledger yet, so a
 * journal that is missing was not lost. A damaged one is set aside, and a new one vouches for
 * nothing. Throws AppError `ledger_broken` when neither can be done.
 */
export function openJournal(folder: string, isNew: boolean): Journal {
  const path = join(folder, JOURNAL_FILE);
  const warnings: string[] = [];
  let db: DatabaseSync | undefined;
  try {
    const isFirst = isNew && !readdirSync(folder).some(isSetAside);
    const begin = (made: DatabaseSync) => {
      if (isFirst) setAnchor(made, folder);
    };
    db = openWhole(folder, path, warnings, begin) ?? connect(path);
    // Also when a kill came between the making of the file and its name's way to the disk.
    syncFolder(folder);
    return new Journal(db, folder, warnings);
  } catch (error) {
    db?.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'ledger_broken',
      `The journal ${path} cannot be opened (${reason}). ` +
        'Nothing was deleted, and nothing is bought. Check the disk and the rights of the ' +
        'file, and start again.',
      { path, reason },
    );
  }
}

/** Opens or makes the file. `begin` runs in the commit that makes the tables, if they are new. */
function connect(path: string, begin?: (made: DatabaseSync) => void): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    // Exclusive, it needs no memory shared through a file. Full: each commit is synced, on macOS
    // past the cache of the disk, too.
    db.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal;
      pragma synchronous = full; pragma fullfsync = on; begin immediate`);
    const isBare = db.prepare(`select 1 from sqlite_schema where name = 'facts'`).get() == null;
    db.exec(TABLES);
    if (isBare) begin?.(db);
    db.exec('commit');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A copy that was made while the journal was in use may be damaged: it is read through once. */
function openWhole(
  folder: string,
  path: string,
  warnings: string[],
  begin: (made: DatabaseSync) => void,
): DatabaseSync | undefined {
  let reason: string;
  let db: DatabaseSync | undefined;
  try {
    db = connect(path, begin);
    if (isAnchored(db, folder)) return db;
    reason = (db.prepare('pragma integrity_check(1)').get()?.integrity_check ?? '') as string;
    if (reason === 'ok') return db;
  } catch (error) {
    if (!isDamage(error)) {
      db?.close();
      throw error;
    }
    reason = (error as Error).message;
  }
  // Before it is set aside: its connection holds the files.
  db?.close();
  const aside = setAside(path);
  warnings.push(
    `The journal ${path} is damaged (${reason}). ` +
      `It was kept as ${aside}, and a new one begun, which does not know what was ` +
      'sent before.',
  );
  return undefined;
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function isDamage(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  // The lowest byte is the kind of error; the others are its details.
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode & 0xff);
}

const ASIDE = '.broken-';

const isSetAside = (name: string) => name.startsWith(JOURNAL_FILE.replace(/\.db$/, ASIDE));

function setAside(path: string): string {
  const aside = path.replace(
    /\.db$/,
    `${ASIDE}${new Date().toISOString().replaceAll(':', '-')}.db`,
  );
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
