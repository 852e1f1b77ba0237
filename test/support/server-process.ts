import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from './guard.ts';
import { until } from './until.ts';

/** A server of our own that a test may take down and bring back, on the same port and folder. */
export type PrivateServer = ReturnType<typeof serverProcess>;

export type Recipe = {
  name: string;
  url: string;
  port: number;
  folder: string;
  command: string;
  args: string[];
  /** Beside PATH and LC_ALL. */
  env?: Record<string, string> | undefined;
  /** Whom to run as, when not as ourselves. */
  owner?: { uid: number; gid: number };
  stopSignal: NodeJS.Signals;
  /** What is sent when nobody needs the data any more. */
  lastSignal: NodeJS.Signals;
  /** Truthy once the server answers; may throw until then. */
  answers(): Promise<unknown>;
  /** Removes what a killed server leaves outside its folder. */
  sweep?(): void;
};

/** What a predecessor that was killed leaves for a moment, and then lets go of. */
const PASSING = /shared memory block|lock file .* already exists|Address already in use/i;

export function serverProcess(recipe: Recipe) {
  const { name, url, port, folder } = recipe;
  const log = join(folder, 'server.log');
  let child: ChildProcess | undefined;

  async function startOnce(): Promise<void> {
    const output = openSync(log, 'w');
    const started = spawn(recipe.command, recipe.args, {
      cwd: folder,
      // Nothing of ours: a PGDATA or PGPORT of the developer would lead it astray.
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...recipe.env },
      stdio: ['ignore', output, output],
      // Ctrl-C is for us; the server goes when we say so, or when the watchdog does.
      detached: true,
      ...recipe.owner,
    });
    closeSync(output);
    child = started;
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    const gone = new Promise<never>((_, reject) => {
      const fail = (why: unknown) =>
        reject(new Error(`${name} did not start (${why}): ${readFileSync(log, 'utf8').trim()}`));
      started.once('error', fail);
      started.once('exit', (code, signal) => fail(signal ?? `exit code ${code}`));
    });
    gone.catch(() => {});
    guard(started, recipe.lastSignal);
    const what = `${name} answers on port ${port}`;
    await Promise.race([until(recipe.answers, { what }), gone]);
  }

  async function start(): Promise<void> {
    const deadline = performance.now() + 15_000;
    while (!child) {
      try {
        await startOnce();
      } catch (error) {
        if (!PASSING.test(String(error)) || performance.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  return {
    url,
    port,
    folder,
    /** The process, while it runs. */
    get pid(): number | undefined {
      return child?.pid;
    },
    /** Returns when it answers. Starting what runs already does nothing. */
    start,
    /** Lets it end in good order; returns when it has ended. */
    stop: () => end(recipe.stopSignal),
    /** kill -9: it has no chance to write anything down. Returns when it is gone. */
    kill: () => end('SIGKILL'),
    /** The end of it: the process, its folder and all it kept are gone. */
    discard: async () => {
      if (child) await end(recipe.lastSignal);
      else recipe.sweep?.();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
