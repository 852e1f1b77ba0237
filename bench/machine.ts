/** What processes and the whole machine have cost, as Linux counts it. */
import { readFileSync } from 'node:fs';

/** Microseconds in a tick of /proc: always a hundredth of a second to those who read it. */
const TICK_US = 10_000;

/** Processor time that a process has used so far, µs. */
export function cpuOf(pid: number): number {
  const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) /);
  const fields = after.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Memory that a process holds now, in bytes. */
export function memoryOf(pid: number): number {
  const [, kb = ''] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/) ?? [];
  return Number(kb) * 1024;
}

/** Begins to watch; the result says how busy all processors were since, 0 to 1. */
export function watchMachine(): () => number {
  const before = readTicks();
  return () => {
    const now = readTicks();
    return 1 - (now.idle - before.idle) / (now.all - before.all);
  };
}

function readTicks(): { idle: number; all: number } {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
  return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), all: ticks.reduce((sum, n) => sum + n, 0) };
}
