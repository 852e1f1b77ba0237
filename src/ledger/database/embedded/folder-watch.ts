import { statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../errors.ts';

/**
 * Watches that names in a folder still mean the files that this process has opened. Nobody finds
 * what is written to a removed one, and a lock on it keeps nobody out. What is lost stays lost.
 */
export class FolderWatch {
  readonly #folder: string;
  readonly #opened = new Map<string, string>();
  #lost: AppError | undefined;

  constructor(folder: string, ...names: string[]) {
    this.#folder = folder;
    for (const name of names) this.add(name);
  }

  /** Call it once the file, or the folder, is open. */
  add(name: string): void {
    this.#opened.set(name, this.#find(name));
  }

  /** Why what is written to the folder is not stored any more; undefined: it is. */
  lost(): AppError | undefined {
    if (this.#lost) return this.#lost;
    for (const [name, opened] of this.#opened) {
      const found = this.#find(name);
      if (found === opened) continue;
      this.#lost = noLonger(this.#folder, `its "${name}" ${whatIs(found)}`);
      break;
    }
    return this.#lost;
  }

  /** What the name means: a file on a disk, or the code of an error. */
  #find(name: string): string {
    try {
      const { dev, ino } = statSync(join(this.#folder, name), { bigint: true });
      return `${dev}/${ino}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }
}

function whatIs(found: string): string {
  if (found.includes('/')) return 'is another one now';
  return /^ENO(?:ENT|TDIR)$/.test(found) ? 'is gone' : `cannot be looked at (${found})`;
}

function noLonger(folder: string, reason: string): AppError {
  return new AppError(
    'ledger_down',
    `The folder ${folder} is no longer the one that this program opened (${reason}). ` +
      'Nothing more is bought, and nothing more is stored. Answers that come now are in the log ' +
      'alone, with their numbers. Find out who removed or replaced the folder and put its newest ' +
      "copy back. Compare the vendor's list before you order anything again.",
    { folder, reason, needsRestart: true },
  );
}
