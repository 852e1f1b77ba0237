import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';

/** With larger chunks V8 takes 80 MB more for young objects (measured). */
const CHUNK_BYTES = 16 * 1024;

/** A plan's bytes, read once from first to last and hashed on the way. */
export class PlanFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Reading ends here, even if the file grows meanwhile. */
  readonly #size: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string, handle: FileHandle, size: number) {
    this.path = path;
    this.#handle = handle;
    this.#size = size;
  }

  /** Chunks of at most 16 KiB. Each is valid only until the next one is asked for. */
  async *chunks(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    while (this.#bytes < this.#size) {
      const length = Math.min(CHUNK_BYTES, this.#size - this.#bytes);
      const { bytesRead } = await this.#handle
        .read(buffer, 0, length, null)
        .catch((error) => refuse(this.path, error));
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      this.#hash.update(chunk);
      this.#bytes += bytesRead;
      yield chunk;
    }
  }

  /**
   * Size and SHA-256 (hex) of the whole file. Reads the rest first, so that a file that is
   * unreadable halfway has its true hash as well. Ends the reading.
   */
  async fingerprint(): Promise<{ bytes: number; sha256: string }> {
    for await (const _ of this.chunks());
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * Opens a plan. Throws AppError `no_file` when there is no file that can be read. A pipe is refused
 * because a plan is read twice, a device because it may never end.
 */
export async function openPlanFile(path: string): Promise<PlanFile> {
  await refuseOthers(path);
  // If a pipe has replaced the file meanwhile, this must not wait for a writer.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((error) => refuse(path, error));
  const { size } = await handle.stat();
  return new PlanFile(path, handle, size);
}

async function refuseOthers(path: string): Promise<void> {
  const found = await stat(path).catch((error) => refuse(path, error));
  if (found.isFile()) return;
  const [kind, advice] = found.isDirectory()
    ? ['a directory', 'Name a CSV file.']
    : found.isFIFO()
      ? ['a pipe', 'Name a CSV file, or "-" for a plan on standard input.']
      : ['a device or a socket', 'Name a CSV file.'];
  throw new AppError('no_file', `${path} is ${kind}, not a file. ${advice}`, { path });
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
