import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { OTHERS } from './private.ts';

/** A power cut loses at most the database's last work of this long, ms. The journal has it. */
const SYNC_EVERY_MS = 1_000;
/** Files synced at once when a new database is brought to the disk; more were no quicker. */
const AT_ONCE = 4;

type FileNode = { name: string; parent: FileNode };
type OpenFile = { node: FileNode; nfd: number };
type Operation = (...args: never[]) => unknown;
/** The part of Emscripten's NODEFS that is looked at here. */
type NodeFiles = {
  stream_ops: Record<string, Operation>;
  node_ops: Record<string, Operation>;
  realPath(node: FileNode): string;
  /** Turns Node's errors into those that PostgreSQL knows. */
  tryFSOperation<Result>(operation: () => Result): Result;
};

/**
 * PGlite's files on a real disk, with the syncs that PGlite leaves out, so that a power cut leaves
 * a database that opens. Only the log of changes is synced a little later: a commit need not wait
 * for the disk, since the journal has what was sent and answered. But the log is on the disk before
 * a change to any other file is handed to the kernel.
 */
export class SyncedFiles extends NodeFS {
  /** Segments of the log whose sync is still due, each with the number of its last request. */
  readonly #unsynced = new Map<string, number>();
  #requests = 0;
  #isMaking: boolean;
  #timer: NodeJS.Timeout | undefined;
  /** A disk that has failed is not trusted again: it may say of the next sync that all is well. */
  #failure: unknown;

  /** `isNew`: nothing is synced until `syncAll`, which takes a tenth of the time. */
  constructor(folder: string, { isNew }: { isNew: boolean }) {
    super(folder);
    this.#isMaking = isNew;
  }

  override async init(...[db, options]: Parameters<NodeFS['init']>) {
    const { emscriptenOpts } = await super.init(db, options);
    emscriptenOpts.preRun?.push((mod) => this.#hook((mod as unknown as Module).NODEFS));
    return { emscriptenOpts };
  }

  /** Brings all files to the disk: those of a new database, once PostgreSQL has opened it. */
  async syncAll(): Promise<void> {
    this.#isMaking = false;
    const entries = await readdir(this.rootDir, { recursive: true });
    const paths = [this.rootDir, ...entries.map((entry) => join(this.rootDir, entry))].values();
    // They share the iterator, so each path is taken once.
    const syncRest = async () => {
      for (const path of paths) await syncFile(path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, syncRest));
  }

  /** Brings what has been written of the log to the disk. */
  async syncLog(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      for (const [path, request] of [...this.#unsynced]) {
        await syncFile(path);
        if (this.#unsynced.get(path) === request) this.#unsynced.delete(path);
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Waits until what was committed is on the disk. Rejects when the disk has failed. */
  async syncCommits(): Promise<void> {
    await this.syncLog();
    if (this.#failure) throw this.#failure;
  }

  #hook({ stream_ops, node_ops, realPath, tryFSOperation }: NodeFiles): void {
    // PostgreSQL makes some of its files for everybody to read.
    for (const ops of [node_ops, stream_ops]) {
      const setattr = ops.setattr as (file: unknown, attributes: { mode?: number }) => unknown;
      ops.setattr = (file: unknown, attributes: { mode?: number }) => {
        const { mode } = attributes;
        return setattr(file, mode == null ? attributes : { ...attributes, mode: mode & ~OTHERS });
      };
    }
    stream_ops.fsync = ({ node, nfd }: OpenFile) => {
      if (this.#isMaking) return 0;
      tryFSOperation(() => {
        if (isLog(node)) this.#syncLater(realPath(node));
        else fsyncSync(nfd);
      });
      return 0;
    };
    const afterLog = (ops: Record<string, Operation>, name: string, isFree: Operation) => {
      const operation = ops[name] as (...args: unknown[]) => unknown;
      ops[name] = (...args: unknown[]) => {
        if (this.#unsynced.size > 0 && !(isFree as typeof operation)(...args)) {
          tryFSOperation(() => this.#syncLogNow());
        }
        return operation(...args);
      };
    };
    afterLog(stream_ops, 'write', needsNoLog);
    for (const name of ['unlink', 'rename', 'setattr']) afterLog(node_ops, name, () => false);
    afterLog(stream_ops, 'setattr', () => false);
  }

  #syncLater(path: string): void {
    if (this.#failure) throw this.#failure;
    this.#unsynced.set(path, ++this.#requests);
    this.#timer ??= setTimeout(() => this.syncLog(), SYNC_EVERY_MS).unref();
  }

  #syncLogNow(): void {
    if (this.#failure) throw this.#failure;
    try {
      for (const path of this.#unsynced.keys()) syncNow(path);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.#unsynced.clear();
  }
}

type Module = { NODEFS: NodeFiles };

/** A segment of the log by its final name: one that is just being made has another. */
const isLog = ({ name, parent }: FileNode) => parent.name === 'pg_wal' && name.length === 24;

/** PostgreSQL makes a file longer by zeros before it logs what will be there. */
function needsNoLog({ node }: OpenFile, buffer: Uint8Array, offset: number, length: number) {
  if (isLog(node)) return true;
  return buffer.subarray(offset, offset + length).every((byte) => byte === 0);
}

function syncNow(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r').catch(ignoreGone);
  await file?.sync().finally(() => file.close());
}

/** Removed meanwhile: there is nothing left to sync. */
function ignoreGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
