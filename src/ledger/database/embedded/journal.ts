import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../errors.ts';
import { LOCK_FILE } from './folder-lock.ts';
import { syncFolder } from './sync.ts';

/** An attempt that may have been sent, and what came of it. */
export type JournalEntry = {
  position: number;
  /**
   * The plan by content, as in `ClaimedOrder`, and the account: two may have a plan of one content.
   */
  planKey: string;
  /** The order's place in its plan, from 1. */
  order: number;
  attempt: number;
  nonce: number;
  quantity: number;
  worker: string;
  claimedAt: string;
  /** The answer's record as JSON; null: none has come. */
  answer: string | null;
};

/**
 * What was sent, and what was answered, beside the embedded database, which may lose its last
 * second in a power cut or be put back from an older copy. Everything here is on the disk when the
 * call returns. The calls are synchronous: one takes 0.1 to 0.3 ms for a whole batch.
 *
 * All throw AppError `ledger_down` when the disk does not take it: then nothing may be sent.
 */
export type Journal = {
  /**
   * In one commit. Says of each whether it, or a later attempt of its order, had been marked
   * before: then it must not be sent.
   */
  mark(entries: Omit<JournalEntry, 'position' | 'answer'>[]): boolean[];
  /** In one commit. An answer to an attempt that was never marked is left out. */
  answer(answers: Pick<JournalEntry, 'planKey' | 'order' | 'attempt' | 'answer'>[]): void;
  /** The newest position; each mark and each answer raises it. 0: there are none. */
  position(): number;
  /** All entries whose mark or answer came after that position, oldest first, in pages. */
  since(position: number): Iterable<JournalEntry[]>;
  /**
   * False when this folder is a copy, or was put back from one, or the journal was lost: then it
   * cannot vouch that nothing was sent that it does not know.
   */
  readonly isOriginal: boolean;
  /** The same for what one account has sent: others may not have been looked at yet. */
  isOriginalFor(account: string): boolean;
  /**
   * It has been found out what the account has sent: from now on this folder is the original for
   * it. Without an account, for all.
   */
  adopt(account?: string): void;
  /** What a person should know about how it was opened, in sentences. */
  readonly warnings: readonly string[];
  close(): void;
};

const FILE = 'journal.db';
const PAGE = 1_000;

const TABLES = `
  create table if not exists plans (id integer primary key, key text not null unique);
  create table if not exists entries (
    position integer primary key, plan integer not null, attempt integer not null,
    "order" integer not null, nonce integer not null, quantity integer not null,
    worker text not null, claimed_at text not null, answer text,
    unique (plan, attempt, "order"));
  create table if not exists facts (name text primary key, value text not null) without rowid`;

/**
 * Opens the journal of a folder that this process has locked. `isNew`: the folder has no ledger
 * yet, so a journal that is missing is not one that was lost. A damaged one is set aside, and a new
 * one is begun that vouches for nothing. Throws AppError `ledger_broken` when neither can be done.
 */
export function openJournal(folder: string, isNew: boolean): Journal {
  const path = join(folder, FILE);
  const warnings: string[] = [];
  const isMissing = !existsSync(path);
  let db: DatabaseSync | undefined;
  try {
    db = isMissing ? undefined : openWhole(folder, path, warnings);
    if (!db) {
      db = connect(path);
      syncFolder(folder);
      if (isNew && isMissing) setAnchor(db, folder);
    }
    return journalOn(db, folder, warnings);
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

function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    // Exclusive, it needs no memory shared through a file. Full: each commit is synced, on macOS
    // past the cache of the disk, too.
    db.exec(`pragma locking_mode = exclusive; pragma journal_mode = wal;
      pragma synchronous = full; pragma fullfsync = on; begin immediate; ${TABLES}; commit`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A copy that was made while the journal was in use may be damaged: it is read through once. */
function openWhole(folder: string, path: string, warnings: string[]): DatabaseSync | undefined {
  let reason: string;
  try {
    const db = connect(path);
    if (isAnchored(db, folder)) return db;
    reason = (db.prepare('pragma integrity_check(1)').get()?.integrity_check ?? '') as string;
    if (reason === 'ok') return db;
    db.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
    reason = (error as Error).message;
  }
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
  // Above the lowest byte there are only particulars.
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode & 0xff);
}

function setAside(path: string): string {
  const aside = path.replace(
    /\.db$/,
    `.broken-${new Date().toISOString().replaceAll(':', '-')}.db`,
  );
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/**
 * What a restart or a move of the folder keeps, and a copy does not: the two files'
 * places on the disk, and when the one that is never written was last touched. A copy that is put
 * back touches at least one of them. `rsync --inplace` may not, nor does a snapshot of a whole
 * disk, nor an original that is moved aside and moved back: those cannot be noticed here. A change
 * of rights or owner touches it as well, and costs no more than a look at the vendor's list.
 */
function anchor(folder: string): string {
  const lock = statSync(join(folder, LOCK_FILE), { bigint: true });
  const journal = statSync(join(folder, FILE), { bigint: true });
  return `${lock.ino}/${lock.ctimeNs}/${journal.ino}`;
}

/** The fact that keeps the anchor: of the whole folder, or of what one account has sent. */
const anchorFact = (account?: string) => (account === undefined ? 'anchor' : `anchor ${account}`);

function isAnchored(db: DatabaseSync, folder: string, account?: string): boolean {
  const kept = db.prepare('select value from facts where name = ?').get(anchorFact(account));
  return kept?.value === anchor(folder);
}

function setAnchor(db: DatabaseSync, folder: string, account?: string): void {
  const keep = db.prepare('insert or replace into facts values (?, ?)');
  keep.run(anchorFact(account), anchor(folder));
}

function journalOn(db: DatabaseSync, folder: string, warnings: string[]): Journal {
  let isOriginal = isAnchored(db, folder);
  const newest = db.prepare('select coalesce(max(position), 0) as newest from entries');
  let position = newest.get()?.newest as number;
  const planIds = planIdsIn(db);
  const insert = db.prepare(
    `insert into entries (position, plan, attempt, "order", nonce, quantity, worker, claimed_at)
     values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  );
  const later = db.prepare(
    'select 1 from entries where plan = ? and attempt > ? and "order" = ? limit 1',
  );
  const update = db.prepare(
    'update entries set position = ?, answer = ? where plan = ? and attempt = ? and "order" = ?',
  );
  const page = db.prepare(
    `select position, p.key as "planKey", "order", attempt, nonce, quantity, worker,
       claimed_at as "claimedAt", answer
     from entries join plans p on p.id = plan where position > ? order by position limit ${PAGE}`,
  );

  function inOneCommit<Result>(work: () => Result): Result {
    const before = position;
    try {
      db.exec('begin immediate');
      const result = work();
      db.exec('commit');
      return result;
    } catch (error) {
      position = before;
      planIds.forget();
      if (db.isOpen && db.isTransaction) db.exec('rollback');
      throw notTaken(folder, error);
    }
  }

  return {
    mark: (entries) =>
      inOneCommit(() =>
        entries.map(({ planKey, order, attempt, nonce, quantity, worker, claimedAt }) => {
          const plan = planIds.of(planKey);
          const values = [nonce, quantity, worker, claimedAt];
          const { changes } = insert.run(position + 1, plan, attempt, order, ...values);
          if (changes) position += 1;
          return !changes || later.get(plan, attempt, order) !== undefined;
        }),
      ),
    answer: (answers) =>
      inOneCommit(() => {
        for (const { planKey, order, attempt, answer } of answers) {
          const { changes } = update.run(position + 1, answer, planIds.of(planKey), attempt, order);
          if (changes) position += 1;
        }
      }),
    position: () => position,
    *since(after) {
      for (let from = after; ; ) {
        const entries = page.all(from) as JournalEntry[];
        if (entries.length > 0) yield entries.map((entry) => ({ ...entry }));
        if (entries.length < PAGE) return;
        from = entries.at(-1)?.position ?? from;
      }
    },
    get isOriginal() {
      return isOriginal;
    },
    isOriginalFor: (account) => isOriginal || isAnchored(db, folder, account),
    adopt(account) {
      inOneCommit(() => setAnchor(db, folder, account));
      isOriginal = isAnchored(db, folder);
    },
    warnings,
    close: () => db.close(),
  };
}

/** Plans' keys are long, and every entry would repeat one. */
function planIdsIn(db: DatabaseSync): { of(key: string): number; forget(): void } {
  const known = new Map<string, number>();
  const add = db.prepare('insert or ignore into plans (key) values (?)');
  const find = db.prepare('select id from plans where key = ?');
  return {
    of(key) {
      let id = known.get(key);
      if (id === undefined) {
        add.run(key);
        id = find.get(key)?.id as number;
        known.set(key, id);
      }
      return id;
    },
    /** After a rollback, which may have taken back what was added. */
    forget: () => known.clear(),
  };
}

function notTaken(folder: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'ledger_down',
    `The journal in ${folder} cannot be written (${reason}). ` +
      'Nothing is sent that is not in it. Check that the disk has room, and start ' +
      'again.',
    { folder, reason },
  );
}
