import { type FileHandle, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { fileInTheWay, makeFolder } from '../folders/index.ts';

/**
 * A folder being written. Files are written in a hidden folder within it, and move to their places
 * when all are complete. So a reader never sees half a file, and a writer that is interrupted
 * before it publishes leaves the earlier files. Files of two writers that publish at once may stand
 * together: the hashes in the summary show it. A killed process may leave its hidden folder behind.
 *
 * Every method throws AppError `bad_config` when it cannot write.
 */
export class Drafts {
  readonly #folder: string;
  readonly #hidden: string;
  readonly #names: string[] = [];

  private constructor(folder: string, hidden: string) {
    this.#folder = folder;
    this.#hidden = hidden;
  }

  /** Creates the folder if it is missing. */
  static async open(folder: string): Promise<Drafts> {
    try {
      await makeFolder(folder);
      return new Drafts(folder, await mkdtemp(join(folder, '.part-')));
    } catch (error) {
      throw notWritable(folder, error);
    }
  }

  /** Files are published in the order in which they were begun. */
  async write<T>(name: string, fill: (append: Append) => Promise<T>): Promise<T> {
    const disk = <D>(operation: Promise<D>) => operation.catch((error) => this.#fail(error));
    this.#names.push(name);
    const file: FileHandle = await disk(open(join(this.#hidden, name), 'wx'));
    try {
      const result = await fill((bytes) => disk(file.writeFile(bytes)));
      // Before the rename: a machine that fails must not leave an empty file of that name.
      await disk(file.sync());
      return result;
    } finally {
      await file.close();
    }
  }

  async publish(): Promise<void> {
    try {
      for (const name of this.#names) {
        await rename(join(this.#hidden, name), join(this.#folder, name));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Also removes files that were written and not published. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#hidden, { recursive: true, force: true });
  }

  #fail(error: unknown): never {
    throw notWritable(this.#folder, error);
  }
}

type Append = (bytes: Buffer) => Promise<void>;

function notWritable(folder: string, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const message =
    `The results cannot be written to ${folder} (${code})${fileInTheWay(cause)}. ` +
    'Name another folder, one that this user may write and that has room.';
  return new AppError('bad_config', message, { folder }, { cause });
}
