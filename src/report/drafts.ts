import { type FileHandle, mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/**
 * A folder in the making. Files are written in a hidden folder within it, and are moved to their
 * places when all of them are complete: a reader never sees half a file, and when the writing is
 * interrupted the files of an earlier one stay as they were. Two that write at once do not mix. A
 * process that is killed leaves the hidden folder behind, and nothing else.
 *
 * What cannot be written throws AppError `bad_config`, from every method.
 */
export class Drafts {
  readonly #folder: string;
  readonly #hidden: string;
  readonly #names: string[] = [];

  private constructor(folder: string, hidden: string) {
    this.#folder = folder;
    this.#hidden = hidden;
  }

  /** The folder is made when there is none. */
  static async open(folder: string): Promise<Drafts> {
    try {
      await mkdir(folder, { recursive: true });
      return new Drafts(folder, await mkdtemp(join(folder, '.part-')));
    } catch (error) {
      throw notWritable(folder, error);
    }
  }

  /** A file is published in the order in which it was begun. */
  async write<T>(name: string, fill: (append: Append) => Promise<T>): Promise<T> {
    const disk = <D>(operation: Promise<D>) => operation.catch((error) => this.#fail(error));
    this.#names.push(name);
    const file: FileHandle = await disk(open(join(this.#hidden, name), 'wx'));
    try {
      const result = await fill((bytes) => disk(file.writeFile(bytes)));
      // Before it gets its name: a machine that fails then must not leave an empty file of that
      // name.
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

  /** Also takes away what was written and not published. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#hidden, { recursive: true, force: true });
  }

  #fail(error: unknown): never {
    throw notWritable(this.#folder, error);
  }
}

export type Append = (bytes: Buffer) => Promise<void>;

function notWritable(folder: string, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const message =
    `The results cannot be written to ${folder} (${code}). ` +
    'Name another folder, one that this user may write and that has room.';
  return new AppError('bad_config', message, { folder }, { cause });
}
