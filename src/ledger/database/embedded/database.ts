import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { AppError } from '../../../errors.ts';
import { ledgerIn } from '../../../folders/index.ts';
import { PLANNER_SETTINGS } from '../planner.ts';
import { imagePath, keepImage, unpackImage } from './image.ts';
import { makePrivate, takeFromOthers } from './private.ts';
import { syncFolder } from './sync.ts';
import { SyncedFiles } from './synced-files.ts';

/** PostgreSQL in this process. */
export type Database = {
  db: PGlite;
  /** Resolves when a new database is on the disk. */
  whole: Promise<void>;
  /** Set when PostgreSQL has stopped in the middle of something: it takes no more statements. */
  stopped(): AppError | undefined;
  /** Keeps an image of a new database: call it when it has its tables and nothing else. */
  leaveImage: (() => void) | null;
  /** Waits until what was committed is on the disk. Throws AppError `ledger_down`. */
  syncCommits(): Promise<void>;
  /** What a person should know about how it was opened, in sentences. */
  warnings: string[];
  close(): Promise<void>;
};

// V8 would soon optimize hundreds of PostgreSQL's functions, which takes processors from a start.
// With ten times its default budget it optimizes only what runs long. It holds for the process.
setFlagsFromString('--wasm-tiering-budget=130000000');

/** PGlite's own, without -F: it syncs, by the one way that `SyncedFiles` can hear. */
const SETTINGS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'wal_sync_method=fsync'],
  // A new segment of the log need not be filled first: that would hold up the process.
  ...['-c', 'wal_init_zero=off'],
  ...PLANNER_SETTINGS.flatMap((setting) => ['-c', setting]),
  // PostgreSQL clears it at each start. The kernel keeps the files in memory as well.
  ...['-c', 'shared_buffers=32MB'],
];

/** Exists while a new database is being made, until it is on the disk. */
const UNFINISHED = 'ledger.unfinished';

/**
 * Opens the database in a folder that this process has locked. A new one is filled from an image,
 * since initdb alone takes 5 s. A torn one is set aside with all that it holds, and a new one is
 * made. `isSentKnown`: the journal knows all that was sent. Throws AppError `ledger_broken` when it
 * does not open for another reason, such as a full disk: then it stays where it is.
 */
export async function openDatabase(folder: string, isSentKnown: boolean): Promise<Database> {
  const path = ledgerIn(folder);
  const warnings: string[] = [];
  if (isUnfinished(folder)) {
    const aside = setAside(folder);
    warnings.push(
      `An earlier start did not finish making the embedded database in ${folder}. No plan was ` +
        `in it. Its files are kept as ${aside}, and a new database is made.`,
    );
  } else if (existsSync(join(path, 'PG_VERSION'))) {
    const opened = await start(path, false);
    if ('db' in opened) return { ...opened, warnings, whole: Promise.resolve() };
    if (!opened.isTorn) throw doesNotOpen(path, opened.reason);
    const aside = setAside(folder);
    warnings.push(
      `The embedded database in ${folder} does not open (${opened.reason}). ` +
        `It was kept as ${aside}, and a new, empty one was made: ` +
        'plans that were in it are not shown any more. ' +
        (isSentKnown ? SENT_IS_KNOWN : SENT_IS_NOT_KNOWN),
    );
  }
  return { ...(await make(folder, path)), warnings };
}

const SENT_IS_KNOWN =
  'Every order that was sent is still known from the journal: ' +
  'submit the same plan files again, and what may have been sent is not sent again.';
const SENT_IS_NOT_KNOWN =
  'The journal cannot say what was sent: ' +
  "compare the vendor's list with your plans before you submit any of " +
  'them again.';

/** One that this version, or an older one, had begun to make and did not finish. */
function isUnfinished(folder: string): boolean {
  const path = ledgerIn(folder);
  if (!existsSync(path) || readdirSync(path).length === 0) return false;
  return existsSync(join(folder, UNFINISHED)) || !existsSync(join(path, 'PG_VERSION'));
}

function setAside(folder: string): string {
  const aside = join(folder, `ledger.broken-${new Date().toISOString().replaceAll(':', '-')}`);
  renameSync(ledgerIn(folder), aside);
  syncFolder(folder);
  return aside;
}

async function make(folder: string, path: string): Promise<Omit<Database, 'warnings'>> {
  const mark = join(folder, UNFINISHED);
  writeFileSync(mark, '');
  syncFolder(folder);
  const opened = await start(path, true);
  if ('reason' in opened) throw doesNotOpen(path, opened.reason);
  const finish = async () => {
    await opened.syncAll();
    rmSync(mark);
    // If a power cut brought the mark back, the whole database would be set aside.
    syncFolder(folder);
  };
  const whole = finish().catch((error: Error) => {
    throw hasStopped(error.message);
  });
  // The caller awaits it, and until then a rejection must not end the process.
  whole.catch(() => {});
  const close = async () => {
    await whole.catch(() => {});
    await opened.close();
  };
  return { ...opened, whole, close };
}

/** Why it does not open; torn: what is in its files says so. */
type Failure = { reason: string; isTorn: boolean };

type Started = Pick<Database, 'db' | 'stopped' | 'leaveImage' | 'syncCommits' | 'close'> & {
  syncAll(): Promise<void>;
};

async function start(path: string, isNew: boolean): Promise<Started | Failure> {
  const files = new SyncedFiles(path, { isNew });
  let complaint: string | undefined;
  const onStderr = (line: string) => {
    complaint = /(?:PANIC: |FATAL: |^postgres:) +(.*)/.exec(line)?.[1] ?? complaint;
    return false;
  };
  try {
    makePrivate(path);
    const imageAt = isNew ? imagePath() : null;
    const isBare = imageAt !== null && !unpackImage(imageAt, path);
    // Its own lock, which a power cut or an image may leave. The folder's lock says more.
    rmSync(join(path, 'postmaster.pid'), { force: true });
    const image = isBare ? { loadDataDir: await dataDir() } : {};
    const db = await PGlite.create({ fs: files, startParams: SETTINGS, onStderr, ...image });
    const stopped = stopWhenAborted(db, () => complaint);
    // The prepared database is unpacked with the modes that it was packed with.
    if (isBare) takeFromOthers(path);
    const close = async () => {
      // One that stopped in the middle of something must not write what it has in memory.
      if (!stopped()) await db.close();
      await files.syncLog();
    };
    const leaveImage = isBare ? () => keepImage(path, imageAt) : null;
    const syncCommits = () =>
      files.syncCommits().catch((error: Error) => {
        throw hasStopped(error.message);
      });
    return { db, stopped, leaveImage, syncCommits, close, syncAll: () => files.syncAll() };
  } catch (error) {
    const reason = complaint ?? (error instanceof Error ? error.message : String(error));
    return { reason, isTorn: complaint !== undefined && !OF_THE_MACHINE.test(complaint) };
  }
}

/** Faults outside of the files: setting the files aside would not help. */
const OF_THE_MACHINE =
  /no space|quota|permission|read-only|too many open|memory|incompatible|input\/output error/i;

function doesNotOpen(path: string, reason: string): AppError {
  return new AppError(
    'ledger_broken',
    `The embedded database in ${path} does not open (${reason}). ` +
      'Nothing was deleted, and nothing is bought. Check the room and the rights on the ' +
      'disk, and start again.',
    { path, reason },
  );
}

/** How PostgreSQL leaves a statement that failed: PGlite continues after it. */
const FAILED_STATEMENT = 100;

type Engine = {
  _PostgresMainLoopOnce(): void;
  stackRestore(pointer: number): void;
};

/**
 * When PostgreSQL ends in the middle of a statement, as when its log cannot be written, PGlite
 * calls it again for ever. This makes that statement and all later ones fail instead.
 */
function stopWhenAborted(db: PGlite, complaint: () => string | undefined) {
  const engine = db.Module as unknown as Engine;
  const { _PostgresMainLoopOnce: runOnce, stackRestore } = engine;
  let stopped: AppError | undefined;
  engine._PostgresMainLoopOnce = () => {
    if (stopped) throw stopped;
    try {
      runOnce();
    } catch (error) {
      if ((error as { status?: number }).status !== FAILED_STATEMENT) {
        stopped = hasStopped(complaint() ?? String(error), { needsRestart: true });
      }
      throw error;
    }
  };
  // PGlite's first step after any failure; what it throws leaves the loop.
  engine.stackRestore = (pointer) => {
    if (stopped) throw stopped;
    stackRestore(pointer);
  };
  return () => stopped;
}

/** A disk that does not take a commit may take the next one. */
function hasStopped(reason: string, details: { needsRestart?: true } = {}): AppError {
  return new AppError(
    'ledger_down',
    `The embedded database has stopped (${reason}). ` +
      'Nothing more is bought until this program is started again. ' +
      'Check the disk first.',
    { reason, ...details },
  );
}
