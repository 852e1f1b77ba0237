import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A file system in a file, which can lose its power. */
export type DiskImage = {
  /** Where those who are started with `mounted` find it. */
  path: string;
  /** A command that has it mounted, alone, for as long as it runs. */
  mounted(command: string[]): string[];
  /**
   * What a disk would hold if the power failed now. `pids` have it mounted, and have been told to
   * stop. Once they have been killed, the result puts that disk in the place of this one.
   */
  cutPower(pids: number[]): Promise<() => void>;
};

/** Mounted for this command alone: the mount ends with it. Only what is synced is written to it. */
const MOUNT = 'mount -o loop,commit=600 "$1" "$2" && shift 2 && exec "$@"';
const MB = 512;

export function makeDiskImage(folder: string): DiskImage {
  const [image, path] = [join(folder, 'disk.img'), join(folder, 'disk')];
  mkdirSync(path);
  writeFileSync(image, '');
  execFileSync('truncate', ['-s', `${MB}M`, image]);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  return {
    path,
    mounted: (command) => ['unshare', '--mount', 'sh', '-c', MOUNT, 'sh', image, path, ...command],
    async cutPower(pids) {
      await Promise.all(pids.map(isStopped));
      const copy = join(folder, 'copy.img');
      await promisify(execFile)('cp', ['--sparse=always', image, copy]);
      return () => renameSync(copy, image);
    },
  };
}

let answer: boolean | undefined;

/** Whether file systems can be made and mounted here, which takes root. `folder`: for a trial. */
export function canMakeImages(folder: string): boolean {
  try {
    const trial = join(folder, 'trial');
    if (answer === undefined) mkdirSync(trial);
    const [program = '', ...args] =
      answer === undefined ? makeDiskImage(trial).mounted(['true']) : [];
    answer ??= spawnSync(program, args).status === 0;
  } catch {
    answer = false;
  }
  return answer;
}

async function isStopped(pid: number): Promise<void> {
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
