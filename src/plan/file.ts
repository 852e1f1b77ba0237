import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../errors.ts';

/** Of larger chunks more is alive at once, and V8 takes 80 MB more for what is young (measured). */
const CHUNK_BYTES = 16 * 1024;

/** A plan's bytes, read once from first to last and hashed on the way. */
export class PlanFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Chunks of at most 16 KiB. Each is valid only until the next one is asked for. */
  async *chunks(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await this.#handle
        .read(buffer, 0, CHUNK_BYTES, null)
        .catch((error) => refuse(this.path, error));
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      this.#hash.update(chunk);
      this.#bytes += bytesRead;
      yield chunk;
    }
  }

  /**
   * Size and SHA-256 (hex) of the whole file; whatever was not read yet is read now, so a file that
   * turned out to be unreadable halfway is still known by its true hash. Ends the reading.
   */
  async fingerprint(): Promise<{ bytes: number; sha256: string }> {
    for await (const _ of this.chunks());
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/** Opens a plan. Throws AppError `no_file` or `bad_file` when there is no file that can be read. */
export async function openPlanFile(path: string): Promise<PlanFile> {
  const handle = await open(path, 'r').catch((error) => refuse(path, error));
  const stat = await handle.stat();
  if (stat.isFile()) return new PlanFile(path, handle);
  await handle.close();
  // A pipe is refused because a plan is read twice: once to judge it, once to store it.
  const kind = stat.isDirectory() ? 'a directory' : 'not a regular file';
  throw new AppError('bad_file', `${path} is ${kind}. Name a CSV file.`, { path });
}

function refuse(path: string, cause: NodeJS.ErrnoException): never {
  const why =
    cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
      ? `There is no file ${path}. Check the name and the folder.`
      : cause.code === 'EACCES' || cause.code === 'EPERM'
        ? `${path} may not be read by this user. Change its permissions.`
        : `${path} cannot be read (${cause.code ?? 'unknown error'}).`;
  throw new AppError('no_file', why, { path }, { cause });
}
