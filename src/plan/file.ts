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
  /** Chunks of up to 64 KiB, the first of 16. Each is valid until the next one is asked for. */
  readonly chunks: AsyncGenerator<Buffer>;

  constructor(path: string, handle: FileHandle, size: number) {
    this.path = path;
    this.#handle = handle;
    this.#size = size;
    this.chunks = this.#read();
  }

  /** Reads the next chunk while the one before it is worked on. */
  async *#read(): AsyncGenerator<Buffer> {
    const buffers = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
    const readNext = async () => {
      const most = this.#bytes === 0 ? FIRST_BYTES : CHUNK_BYTES;
      const buffer = buffers.reverse()[0]!;
      const length = Math.min(most, this.#size - this.#bytes);
      const { bytesRead } = await this.#handle.read(buffer, 0, length, null);
      return buffer.subarray(0, bytesRead);
    };
    let next = readNext();
    for (;;) {
      const chunk = await next.catch((error) => refuse(this.path, error));
      if (chunk.length === 0) return;
      this.#bytes += chunk.length;
      next = readNext();
      // Heard when the chunk is asked for, if ever.
      next.catch(() => {});
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /**
   * Size and SHA-256 (hex) of the whole file. Reads the rest first, so that a file that is
   * unreadable halfway has its true hash as well. Ends the reading.
   */
  async fingerprint(): Promise<{ bytes: number; sha256: string }> {
    for await (const _ of this.chunks);
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
