/** The workers of a schedule: `bulk-order work` or `up`, each a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { builtPrograms } from '../support/built-program.ts';
import { guard } from '../support/guard.ts';
import { NODE } from '../support/quick-node.ts';
import { PATIENCE_MS, until } from '../support/until.ts';

const CLI = builtPrograms()['bulk-order'];
const RESTART_AFTER_MS = 300;
/**
 * A ledger that is away for longer than a worker waits for it: its orders become unknown, rightly.
 */
const LEFT_UNRECORDED = /"code":"ledger_down".*"stopped before all answers were recorded"/s;
/** What a process does that has just woken up is done by then, ms. */
const WAKING_MS = 1_500;

type Worker = {
  process: ChildProcess;
  pid: number;
  log: string;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What has been done to it last; `working` also while it stands still. */
  state: 'working' | 'asked to end' | 'killed';
  isStopped: boolean;
  wokenAt: number;
};

export type Workers = ReturnType<typeof openWorkers>;

export type WorkersOptions = {
  /** Their logs are kept in it. */
  folder: string;
  env: Record<string, string>;
  /** What starts one: a program and its arguments, the last of them Node and this program's CLI. */
  command(cli: string[]): string[];
  /** `work`, or `up` with what it says when it is there. */
  as: { name: 'work' | 'up'; ready: string };
  /** A worker that ends without having been asked to is a fault of the program. */
  complain: (what: string) => void;
};

export const AS_WORK: WorkersOptions['as'] = { name: 'work', ready: '"worker started"' };
export const AS_UP: WorkersOptions['as'] = { name: 'up', ready: 'bulk-order is at' };

export function openWorkers({ folder, env, command, as, complain }: WorkersOptions) {
  const workers: Worker[] = [];
  let isOver = false;
  const working = () => workers.filter(({ state }) => state === 'working');
  const isReady = (worker: Worker) => logOf(worker).includes(as.ready);
  const pick = (whom: number) => working()[whom % (working().length || 1)];

  function start(): Worker {
    isOver = false;
    const log = join(folder, `worker-${workers.length + 1}.log`);
    const output = openSync(log, 'a');
    const [program = '', ...args] = command([...NODE, CLI, '--json', as.name]);
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...env },
      stdio: ['ignore', output, output],
    });
    guard(child);
    closeSync(output);
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((end) => {
      child.once('exit', (code, signal) => end({ code, signal }));
      child.once('error', () => end({ code: null, signal: null }));
    });
    const worker: Worker = {
      process: child,
      pid: child.pid ?? 0,
      log,
      exited,
      state: 'working',
      isStopped: false,
      wokenAt: -Infinity,
    };
    workers.push(worker);
    void exited.then(({ code, signal }) => ended(worker, signal ?? `exit code ${code}`));
    return worker;
  }

  /** As whatever watches over services does: what could not start is started again. */
  function ended(worker: Worker, how: string): void {
    if (worker.state !== 'working') return;
    worker.state = 'killed';
    const words = readFileSync(worker.log, 'utf8');
    // The one before it, which was killed, may not be quite gone.
    const isAway = /"code": "(queue_down|ledger_down|ledger_in_use)"/.test(words);
    if (words.includes(as.ready) || !isAway) {
      complain(`a worker ended by itself (${how}): ${lastOf(words)}`);
    }
    setTimeout(() => {
      if (!isOver) start();
    }, RESTART_AFTER_MS);
  }

  async function askToEnd(worker: Worker): Promise<void> {
    worker.state = 'asked to end';
    const hasStarted = readFileSync(worker.log, 'utf8').includes(as.ready);
    worker.process.kill('SIGTERM');
    const end = await Promise.race([worker.exited, pause(PATIENCE_MS, null, { ref: false })]);
    if (end === null) {
      complain(`a worker did not end within ${PATIENCE_MS / 1000} s: ${lastOf(logOf(worker))}`);
      kill(worker);
    } else if (end.code !== 0 && hasStarted && !LEFT_UNRECORDED.test(logOf(worker))) {
      const how = end.signal ?? `exit code ${end.code}`;
      complain(`a worker that was asked to end did so with ${how}: ${lastOf(logOf(worker))}`);
    }
  }

  function kill(worker: Worker): void {
    worker.state = 'killed';
    worker.process.kill('SIGKILL');
  }

  return {
    start,
    /** Waits until a worker is at work. */
    ready: () =>
      until(() => working().some(isReady), {
        what: 'a worker has started',
        withinMs: PATIENCE_MS,
      }),
    /** How many it hit. */
    kill(whom: number): number {
      const worker = pick(whom);
      if (worker) kill(worker);
      return worker ? 1 : 0;
    },
    killAll(): number {
      const all = working();
      for (const worker of all) kill(worker);
      return all.length;
    },
    /** All who work now stand still; `operation` is done, and they are killed. Returns how many. */
    async killAfter(operation: (pids: number[]) => Promise<void>): Promise<number> {
      const all = working();
      for (const worker of all) worker.process.kill('SIGSTOP');
      await operation(all.map(({ pid }) => pid));
      for (const worker of all) kill(worker);
      await Promise.all(all.map(({ exited }) => exited));
      return all.length;
    },
    /** One who is at work, if any. */
    pid: (): number | undefined => working().find(isReady)?.pid,
    /** Does not wait for its end; false when there was none to ask. */
    term(whom: number): Promise<void> | false {
      const worker = pick(whom);
      return worker ? askToEnd(worker) : false;
    },
    /** Stands still from now on; the result wakes it up. */
    stop(whom: number): (() => void) | false {
      const worker = pick(whom);
      if (!worker || worker.isStopped) return false;
      worker.isStopped = true;
      worker.process.kill('SIGSTOP');
      return () => {
        worker.isStopped = false;
        worker.wokenAt = performance.now();
        worker.process.kill('SIGCONT');
      };
    },
    /**
     * Whether this worker, or any, can do nothing that was begun before: it is not standing still,
     * and has not just woken up. One that is stopped between its last look at the clock and its
     * first byte will send that byte; no clock and no database can keep it from it.
     */
    isAwake(worker: string | null): boolean {
      // worker.ts names a worker by its host, its pid and a random word.
      const pid = Number(worker?.split(':')[1]);
      const asked = worker === null ? workers : workers.filter((each) => each.pid === pid);
      return asked.every(
        ({ state, isStopped, wokenAt }) =>
          state === 'killed' || (!isStopped && performance.now() - wokenAt > WAKING_MS),
      );
    },
    /** Everyone in good order. */
    async end(): Promise<void> {
      isOver = true;
      await Promise.all(working().map(askToEnd));
      await Promise.all(workers.map(({ exited }) => exited));
    },
    /** What the workers logged of an order, oldest first. */
    logged(order: number): string[] {
      const about = new RegExp(`[:[,]${order}\\b`);
      return workers.flatMap((worker) =>
        logOf(worker)
          .split('\n')
          .filter((line) => about.test(line)),
      );
    },
    /** For when the schedule itself has failed. */
    async dismiss(): Promise<void> {
      isOver = true;
      for (const worker of workers) kill(worker);
      await Promise.all(workers.map(({ exited }) => exited));
    },
  };
}

function logOf({ log }: Worker): string {
  return readFileSync(log, 'utf8');
}

function lastOf(words: string): string {
  return words.trim().split('\n').slice(-3).join(' | ').slice(-1_000);
}
