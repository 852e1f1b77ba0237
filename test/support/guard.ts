import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

let watchdog: Writable | undefined;

/** Makes sure that a child process ends when this process does, however this process ends. */
export function guard(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`guard\t${pid}\t${signal}`);
  // Numbers of processes are used again: one that has ended must not be shot at later.
  child.once('exit', () => tell(`release\t${pid}`));
}

/** Makes sure that a folder is gone after this process, however this process ends. */
export function guardFolder(folder: string): void {
  tell(`folder\t${folder}`);
}

function tell(line: string): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${line}\n`);
}

function startWatchdog(): Writable {
  const dog = spawn(process.execPath, [`${import.meta.dirname}/watchdog.ts`], {
    // A session of its own: Ctrl-C in the terminal reaches everything but the watchdog.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  dog.unref();
  // Nobody waits for the watchdog, and one that is gone must not fail a test.
  dog.on('error', () => {});
  dog.stdin.on('error', () => {});
  (dog.stdin as Writable & { unref?: () => void }).unref?.();
  return dog.stdin;
}
