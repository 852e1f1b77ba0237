import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';

type Holder = { pid: number; host: string; command: string; since: string };

/**
 * Takes the embedded database's folder for this process, by a file that says who holds it. The file
 * of a process that has died is taken over. Returns what gives the folder back.
 *
 * Throws AppError `ledger_in_use` naming the holder, `bad_config` when the folder cannot be written.
 */
export async function holdFolder(folder: string, command: string): Promise<() => Promise<void>> {
  const file = join(folder, 'holder.json');
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    command,
    since: new Date().toISOString(),
  };
  for (let round = 0; round < 5; round++) {
    if (await claimFile(file, me)) return () => rm(file, { force: true });
    const holder = await readHolder(file);
    if (holder && isAlive(holder)) throw inUse(folder, holder);
    // Renaming first means that of several who find it stale only one removes that very file.
    const stale = `${file}.${process.pid}.stale`;
    await rename(file, stale).catch(() => {});
    await rm(stale, { force: true });
  }
  throw inUse(folder, await readHolder(file));
}

/** A link appears whole or not at all: nobody reads a file that says who, half written. */
async function claimFile(file: string, me: Holder): Promise<boolean> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(me)}\n`);
    await link(draft, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    throw new AppError(
      'bad_config',
      `The folder ${dirname(file)} cannot be written (${code}). Set DATA_DIR to a folder that this user may write.`,
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** In a container every process is pid 1: a file with our own pid is our predecessor's. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(folder: string, holder: Holder | undefined): AppError {
  const who = holder
    ? `bulk-order ${holder.command} (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    : 'another process';
  return new AppError(
    'ledger_in_use',
    `The embedded database in ${folder} is in use by ${who}. Only one process can hold it: wait until that one ends, or set DATABASE_URL to a PostgreSQL server that many can share. If it is no longer there, delete ${join(folder, 'holder.json')}.`,
    { folder, holder: holder ?? null },
  );
}
