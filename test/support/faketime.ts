import { chmodSync, existsSync, globSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NO_FAKETIME = 'there is no libfaketime below /usr/lib';

/** Debian's library that shows a process another time than the machine's. */
export function findFaketime(): string | undefined {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
}

/**
 * A clock on the wall for whatever processes are started with it; those that cannot be set stay
 * true.
 */
export type WallClock = ReturnType<typeof wallClock>;

/** The user that runs the processes must be able to read `folder`. */
export function wallClock(folder: string) {
  const library = findFaketime();
  if (!library) throw new Error(`No clock can be set: ${NO_FAKETIME}.`);
  chmodSync(folder, 0o755);
  const file = join(folder, 'clock');
  const set = (seconds: number) => {
    // Whole at every moment: it is read over and over.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  };
  set(0);
  return {
    /** For their environment. */
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    /** Seconds ahead of the machine's clock, negative: behind it; at once, in all processes. */
    set,
  };
}

/**
 * The library leaves two small files in memory for each process that was killed: those of such are
 * removed.
 */
export function sweepMemory(): void {
  for (const file of globSync('/dev/shm/{sem.faketime_sem,faketime_shm}_*')) {
    const pid = /_(\d+)$/.exec(file)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(file, { force: true });
  }
}
