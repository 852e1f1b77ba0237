/** The program under test, from outside: its command line, each command a process of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { guard } from '../test/support/guard.ts';
import { until } from '../test/support/until.ts';

export const CLI = resolve(import.meta.dirname, '../src/bin.js');
const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 60_000;

export type Settings = Record<string, string>;

export type Process = {
  pid: number;
  /** What it has written so far. */
  output(): string;
  /** Waits until it has written this. */
  saying(what: RegExp): Promise<RegExpMatchArray>;
  /** Returns when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** Starts a command that runs until it is stopped. */
export function startCommand(
  args: string[],
  folder: string,
  settings: Settings,
  program = CLI,
): Process {
  return startScript(program, ['--json', ...args], folder, settings);
}

/** Makes the compiled program of what is here. Returns where it starts. */
export function buildProgram(): string {
  const root = resolve(import.meta.dirname, '..');
  execFileSync(process.execPath, [join(root, 'deploy/build.ts')], { stdio: 'inherit' });
  return join(root, 'dist/src/bin.js');
}

/** Starts any script; nothing of the developer's surroundings gets in, keys least of all. */
export function startScript(
  script: string,
  args: string[],
  folder: string,
  settings: Settings,
): Process {
  const log = join(mkdtempSync(join(folder, 'run-')), 'output.log');
  const output = openSync(log, 'a');
  const child = spawnIn(folder, [script, ...args], settings, ['ignore', output, output]);
  closeSync(output);
  const ended = once(child, 'exit');
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const read = () => readFileSync(log, 'utf8');
  return {
    pid: child.pid ?? 0,
    output: read,
    saying: (what) =>
      until(
        () => {
          const found = read().match(what);
          return found ?? (hasEnded ? Promise.reject(new Error(read())) : null);
        },
        { what: `${script} says ${what}`, withinMs: START_WITHIN_MS },
      ),
    async stop(signal = 'SIGTERM') {
      const force = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      child.kill(signal);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Runs a script to its end; returns how long it took, ms. */
export async function runScript(script: string, args: string[], folder: string): Promise<number> {
  const from = performance.now();
  const child = spawnIn(folder, [script, ...args], {}, ['ignore', 'ignore', 'inherit']);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  return performance.now() - from;
}

export type Ran<Answer> = {
  /** What it printed, read as JSON. */
  answer: Answer;
  ms: number;
  cpuUs: number;
  peakBytes: number;
};

/** Runs a command to its end, with what it cost. Rejects with its words when it says no. */
export async function runCommand<Answer = unknown>(
  args: string[],
  folder: string,
  settings: Settings,
): Promise<Ran<Answer>> {
  const usage = join(mkdtempSync(join(folder, 'run-')), 'usage.json');
  const startedAt = performance.now();
  const child = spawnIn(folder, [CLI, '--json', ...args], {
    ...settings,
    NODE_OPTIONS: hook('usage'),
    BENCH_USAGE: usage,
  });
  const words = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      words[name] += chunk;
    });
  }
  const [code] = await once(child, 'close');
  const ms = performance.now() - startedAt;
  if (code === null || code === 1) throw new Error(`${args.join(' ')}: ${Object.values(words)}`);
  const answer = JSON.parse(words.stdout) as Answer;
  return { answer, ms, ...JSON.parse(readFileSync(usage, 'utf8')) };
}

/** What loads one of the hooks into a program, as a value of NODE_OPTIONS. */
export function hook(name: 'usage' | 'sends'): string {
  return `--import=${pathToFileURL(resolve(import.meta.dirname, `hooks/${name}.ts`)).href}`;
}

type Stdio = ('ignore' | 'inherit' | 'pipe' | number)[];

function spawnIn(
  folder: string,
  args: string[],
  settings: Settings,
  stdio: Stdio = ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...settings };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio });
  guard(child);
  return child;
}
