import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';

/** Of the first chunk, which is looked at more closely. */
const FIRST_BYTES = 16 * 1024;
/** With smaller chunks a large plan waits for each of them; larger ones gain nothing (measured). */
const CHUNK_BYTES = 64 * 1024;

/** A plan's bytes, read once from first to last and hashed on the way. */
export class PlanFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Reading ends here, even if the file grows meanwhile. */
  readonly #size: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  /** The chunk that is being read, while the one before it is worked on. */
  #next: Promise<Buffer> | undefined;
  /** The next chunk goes into the first. */
  #buffers = [0, 1].map(() => Buffer.alloc(CHUNK_BYTES)) as [Buffer, Buffer];

  constructor(path: string, handle: FileHandle, size: number) {
    this.path = path;
    this.#handle = handle;
    this.#size = size;
  }

  /** Chunks of up to 64 KiB, the first of 16. Each is valid until the next one is asked for. */
  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      this.#next ??= this.#read();
      const chunk = await this.#next;
      if (chunk.length === 0) return;
      this.#bytes += chunk.length;
      this.#next = this.#read();
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** The next chunk; empty at the end. */
  #read(): Promise<Buffer> {
    const [buffer, other] = this.#buffers;
    this.#buffers = [other, buffer];
    const most = this.#bytes === 0 ? FIRST_BYTES : CHUNK_BYTES;
    const length = Math.min(most, this.#size - this.#bytes);
    const chunk = this.#handle
      .read(buffer, 0, length, null)
      .then(({ bytesRead }) => buffer.subarray(0, bytesRead))
      .catch((error) => refuse(this.path, error));
    // Heard when the chunk is asked for, if ever.
    chunk.catch(() => {});
    return chunk;
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

/** Opens a plan. Throws AppError `no_file`; also for a pipe (read twice) or a device (endless). */
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
    path === ''
      ? 'The name of the file is empty. Name a CSV file.'
      : cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
        ? `There is no file ${path}. Check the name and the folder.`
        : cause.code === 'EACCES' || cause.code === 'EPERM'
          ? `${path} may not be read by this user. Change its permissions.`
          : `${path} cannot be read (${cause.code ?? 'unknown error'}).`;
  throw new AppError('no_file', why, { path }, { cause });
}
