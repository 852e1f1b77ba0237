import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Only what is synced gets into the image by itself while it is mounted. */
const MOUNT = 'mount -o loop,commit=600 "$1" "$2" && shift 2 && exec "$@"';

export function makeImage(
  path: string,
  { mb = 512, options = [] }: { mb?: number; options?: string[] } = {},
): void {
  writeFileSync(path, '');
  execFileSync('truncate', ['-s', `${mb}M`, path]);
  execFileSync('mkfs.ext4', ['-q', '-F', ...options, path]);
}

/** Mounted for this command alone: the mount ends with it, however it ends. */
export const inMount = (image: string, place: string, command: string[]) => [
  ...['unshare', '--mount', 'sh', '-c', MOUNT, 'sh', image, place],
  ...command,
];

/** A file system in a file, which can lose its power. */
export function makeDiskImage(folder: string) {
  const [image, path] = [join(folder, 'disk.img'), join(folder, 'disk')];
  mkdirSync(path);
  makeImage(image);
  return {
    /** Where those who are started with `mounted` find it. */
    path,
    /** A command that has it mounted, alone, for as long as it runs. */
    mounted: (command: string[]) => inMount(image, path, command),
    /**
     * What a disk would hold if the power failed now. `pids` have it mounted, and have been told to
     * stop. Once they have been killed, the result puts that disk in the place of this one.
     */
    async cutPower(pids: number[]): Promise<() => void> {
      await Promise.all(pids.map(isStopped));
      const copy = join(folder, 'copy.img');
      await promisify(execFile)('cp', ['--sparse=always', image, copy]);
      return () => renameSync(copy, image);
    },
  };
}

/**
 * Undefined when file systems can be made and mounted here, which takes root; else why not.
 * `folder`: for a trial.
 */
export function whyNoImages(folder: string): string | undefined {
  const [image, place] = [join(folder, 'trial.img'), join(folder, 'trial')];
  try {
    makeImage(image, { mb: 8 });
  } catch (error) {
    return `no ext4 image can be made (${String(error)})`;
  }
  mkdirSync(place, { recursive: true });
  const [program = '', ...args] = inMount(image, place, ['true']);
  const { status, stderr } = spawnSync(program, args);
  return status === 0 ? undefined : `no image can be mounted (${String(stderr).trim()})`;
}

export async function isStopped(pid: number): Promise<void> {
  while (!/\) [TZ] /.test(statusOf(pid))) await pause(1);
}

/** As of a process that has ended, when there is none. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return `${pid} () Z `;
  }
}
