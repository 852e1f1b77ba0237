import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';

type Holder = {
  id: string;
  pid: number;
  host: string;
  command: string;
  since: string;
  /** Where it serves the web, if it does. */
  url?: string;
};

type Found = Holder | 'nobody knows who' | undefined;

/** What this process holds, by the ids in the files. */
const held = new Set<string>();

/**
 * Takes the embedded database's folder for this process, by a file that says who holds it. The file
 * of a process that has died is taken over. Returns what gives the folder back.
 *
 * Throws AppError `ledger_in_use` naming the holder, `bad_config` when the folder cannot be written.
 */
export async function holdFolder(folder: string, command: string): Promise<() => Promise<void>> {
  const file = join(folder, 'holder.json');
  const me: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    command,
    since: new Date().toISOString(),
  };
  // Before the file is there: another call of this process may read it at once.
  held.add(me.id);
  try {
    for (let round = 0; !(await claimFile(file, me)); round++) {
      const holder = await readHolder(file);
      if (isAlive(holder) || round === 50) throw inUse(folder, holder);
      if (isStale(holder)) await removeStale(file);
    }
  } catch (error) {
    held.delete(me.id);
    throw error;
  }
  return async () => {
    held.delete(me.id);
    await rm(file, { force: true });
  };
}

/**
 * Tells whoever finds the folder held by this process that it serves the web there. The address has
 * no password in it: the file can be read by others.
 */
export async function announceServer(folder: string, url: string): Promise<void> {
  const file = join(folder, 'holder.json');
  const holder = await readHolder(file);
  if (typeof holder !== 'object' || !held.has(holder.id)) return;
  const draft = `${file}.${holder.id}.draft`;
  await writeFile(draft, `${JSON.stringify({ ...holder, url })}\n`);
  await rename(draft, file);
}

/**
 * Of several who find it stale, one has the turn to look again and remove it: without that, a slow
 * one would remove the file of the quick one that has taken over already.
 */
async function removeStale(file: string): Promise<void> {
  const turn = `${file}.turn`;
  try {
    await mkdir(turn);
  } catch {
    await pause(20);
    const since = await stat(turn).then(({ mtimeMs }) => mtimeMs, Date.now);
    // It takes a moment: whoever had it for so long has died over it.
    if (Date.now() - since > 10_000) await rmdir(turn).catch(() => {});
    return;
  }
  try {
    if (isStale(await readHolder(file))) await rm(file, { force: true });
  } finally {
    await rmdir(turn);
  }
}

/** A link appears whole or not at all: nobody reads a file that says who, half written. */
async function claimFile(file: string, me: Holder): Promise<boolean> {
  const draft = `${file}.${me.id}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(me)}\n`);
    await link(draft, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    throw notWritable(dirname(file), error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined when nobody holds it; a machine that failed may have left a file without content. */
async function readHolder(file: string): Promise<Found> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder | null;
    return typeof holder?.pid === 'number' ? holder : 'nobody knows who';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'nobody knows who';
  }
}

const isStale = (holder: Found) => holder !== undefined && !isAlive(holder);

/**
 * In a container every process is pid 1: a file with our own pid that we did not write is our
 * predecessor's.
 */
function isAlive(holder: Found): holder is Holder {
  if (typeof holder !== 'object') return false;
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(holder.id);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function notWritable(folder: string, error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  return new AppError(
    'bad_config',
    `The folder ${folder} cannot be written (${code}). Set DATA_DIR to a folder that this user may write.`,
  );
}

function inUse(folder: string, found: Found): AppError {
  const holder = typeof found === 'object' ? found : null;
  const who = holder
    ? `bulk-order ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    : 'another process';
  // Elsewhere it would be another machine's loopback.
  const url = holder?.host === hostname() ? holder.url : undefined;
  const served = url
    ? ` It serves ${url}: open that, or let commands such as submit, show and watch do it there by themselves.`
    : '';
  return new AppError(
    'ledger_in_use',
    `The embedded database in ${folder} is in use by ${who}.${served} Only one process can hold it: wait until that one ends, or set DATABASE_URL to a PostgreSQL server that many can share. If it is no longer there, delete ${join(folder, 'holder.json')}.`,
    { folder, holder, ...(url ? { url } : {}) },
  );
}
