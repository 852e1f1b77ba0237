/**
 * A process of its own that outlives the one that started it, just long enough to clear up.
 *
 * Test processes die without a word: Ctrl-C, kill -9, a time-out of CI. What they had started would
 * run on for ever. So they tell their watchdog, a line each, what is theirs (`guard PID SIGNAL`,
 * `release PID`, `folder PATH`), and when this input ends, for whatever reason, the rest goes.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const signals = new Map<number, NodeJS.Signals>();
const folders: string[] = [];

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, what = '', signal] = line.split('\t');
  if (verb === 'guard') signals.set(Number(what), signal as NodeJS.Signals);
  if (verb === 'release') signals.delete(Number(what));
  if (verb === 'folder') folders.push(what);
}

const left = () => [...signals.keys()].filter((pid) => send(pid, 0));
for (const [pid, signal] of signals) send(pid, signal);
for (let asked = 0; asked < 50 && left().length > 0; asked++) await pause(100);
for (const pid of left()) send(pid, 'SIGKILL');

for (const folder of folders) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** True when there was such a process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
