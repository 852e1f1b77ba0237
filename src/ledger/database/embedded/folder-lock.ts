import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../../errors.ts';
import { fileInTheWay } from '../../../folders/index.ts';
import { syncFolder } from './sync.ts';

/** The file that is locked. Nothing is ever written to it: anchor.ts depends on that. */
export const LOCK_FILE = 'lock';
/** Says who has the lock, for people: the lock itself is the kernel's. */
const HOLDER_FILE = 'holder.json';
/** Of two processes that begin at once, both may fail at first. Each tries for this long, ms. */
const PATIENCE_MS = 50;

type Holder = {
  id: string;
  pid: number;
  host: string;
  command: string;
  since: string;
  /** Where it serves the web, if it does. */
  url?: string;
};

/** What this process holds, by the ids in the files. */
const held = new Set<string>();

/**
 * Takes the embedded database's folder for this process, and returns what gives it back. The lock
 * is SQLite's on an empty file, and so the kernel's: it ends with the process, and holds between
 * containers on one machine, but on no network file system without locks. SQLite also refuses a
 * second lock in the same process. Code of this process must never open and close the file itself,
 * as a copy does: the kernel would drop the lock. Throws AppError `ledger_in_use` naming the
 * holder, `bad_config` when the folder cannot be written or its file system knows no locks.
 */
export function lockFolder(folder: string, command: string): () => void {
  const lock = takeLock(folder);
  const holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    command,
    since: new Date().toISOString(),
  };
  held.add(holder.id);
  const release = () => {
    held.delete(holder.id);
    try {
      // The folder may have been replaced, and another process may hold what is there now.
      if (readHolder(folder)?.id === holder.id) rmSync(join(folder, HOLDER_FILE), { force: true });
    } finally {
      lock.close();
    }
  };
  try {
    writeHolder(folder, holder);
  } catch (error) {
    release();
    throw notWritable(folder, error);
  }
  return release;
}

function takeLock(folder: string): DatabaseSync {
  const path = join(folder, LOCK_FILE);
  makeLockFile(folder, path);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: PATIENCE_MS });
    lock.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive');
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw inUse(folder);
    throw notWritable(folder, error);
  }
}

/** Only if there is none: one that exists may be locked by this process, and is not touched. */
function makeLockFile(folder: string, path: string): void {
  try {
    const fd = openSync(path, 'wx');
    fsyncSync(fd);
    closeSync(fd);
    syncFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(folder, error);
  }
}

const SQLITE_BUSY = 5;
/** The lowest byte is the kind of error; the others are its details. */
const isBusy = (error: unknown) =>
  (((error as { errcode?: number }).errcode ?? 0) & 0xff) === SQLITE_BUSY;

/** Tells who finds the folder locked where this process serves the web. It has no password. */
export function announceServer(folder: string, url: string): void {
  const holder = readHolder(folder);
  if (holder && held.has(holder.id)) writeHolder(folder, { ...holder, url });
}

/** By renaming: a reader finds the old words or the new ones, never half of them. */
function writeHolder(folder: string, holder: Holder): void {
  const file = join(folder, HOLDER_FILE);
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(holder)}\n`);
  renameSync(draft, file);
}

/** Undefined when nobody has said it, or a machine that failed left a file without content. */
function readHolder(folder: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8')) as Holder | null;
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

export function notWritable(folder: string, error: unknown): AppError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code && code !== 'ERR_SQLITE_ERROR' ? code : message;
  return new AppError(
    'bad_config',
    `The folder ${folder} cannot be written (${reason})${fileInTheWay(error)}. ` +
      'Set DATA_DIR to a folder that this user may write.',
  );
}

function inUse(folder: string): AppError {
  const holder = readHolder(folder);
  const who = holder
    ? `bulk-order ${holder.command} (process ${holder.pid} on ` +
      `${holder.host}, since ${holder.since})`
    : 'another process';
  // Elsewhere it would be another machine's loopback.
  const url = holder?.host === hostname() ? holder.url : undefined;
  const served = url
    ? ` It serves ${url}: open that, or let commands such as ` +
      'submit, show and settle do it there by themselves.'
    : '';
  return new AppError(
    'ledger_in_use',
    `The embedded database in ${folder} is in use by ${who}.${served} Only one process can hold ` +
      'it: stop that one with Ctrl-C in its terminal, which lets what is on its way finish, and ' +
      'say this again. Or set DATABASE_URL to a PostgreSQL server that many can share.',
    { folder, holder: holder ?? null, ...(url ? { url } : {}) },
  );
}
