import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Returns the first one that it made. Node's
 * own way never ends in a folder that answers to its name and takes no other, such as /proc.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  const folder = resolve(path);
  if (await isFolder(folder)) return undefined;
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (error) {
    // Another process was quicker.
    if (await isFolder(folder)) return undefined;
    const above = dirname(folder);
    const isAboveMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isAboveMissing || (await isFolder(above))) throw error;
    const first = await makeFolder(above, mode);
    const own = await makeFolder(folder, mode);
    return first ?? own;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const IN_THE_WAY: Record<string, string> = {
  EEXIST: ': it is a file and not a folder',
  ENOTDIR: ': a part of its path is a file and not a folder',
};

/** Why a folder could not be made, as the end of a sentence; '' where the code says all. */
export function fileInTheWay(error: unknown): string {
  return IN_THE_WAY[(error as NodeJS.ErrnoException).code ?? ''] ?? '';
}
