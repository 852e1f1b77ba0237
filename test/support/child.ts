import { spawn } from 'node:child_process';
import { inspect } from 'node:util';
import { inject } from 'vitest';
import { atEnd } from './clean-up.ts';
import { guard } from './guard.ts';
import './provided.ts';
import { COMPILED, NODE } from './quick-node.ts';
import { PATIENCE_MS } from './until.ts';

export type Ended = { code: number | null; stdout: string; stderr: string };

export type ChildOptions = {
  /** All that is added to PATH, HOME, TMPDIR and LANG. */
  env?: Record<string, string>;
  cwd: string;
  /** What it can read from its standard input, which then ends; null: what is typed later. */
  input?: string | null;
};

export type Child = ReturnType<typeof startProgram>;

/** Runs a Node program; it does not outlive the test (or the file, when no test is running). */
export function startNode(args: string[], options: ChildOptions): Child {
  const [node, ...told] = NODE;
  return startProgram(node, [...told, ...args], options);
}

/** Any program, in the same way. */
export function startProgram(
  program: string,
  args: string[],
  { env, cwd, input = '' }: ChildOptions,
) {
  const child = spawn(program, args, {
    cwd,
    env: cleanEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  guard(child);
  const written = { stdout: '', stderr: '' };
  let listeners: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      written[name] += chunk;
      for (const listener of [...listeners]) listener();
    });
  }
  // It may end without having read its input.
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);

  const exited = new Promise<Ended & { signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  exited.catch(() => {});
  atEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });

  /** Waits until this is written, to stdout or stderr, whether before the call or after. */
  async function waitFor(what: string | RegExp, { withinMs = PATIENCE_MS } = {}) {
    const pattern = typeof what === 'string' ? new RegExp(RegExp.escape(what)) : what;
    const found = () => written.stdout.match(pattern) ?? written.stderr.match(pattern);
    const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
    const look = () => {
      const match = found();
      if (match) resolve(match);
    };
    const fail = (why: string) =>
      reject(new Error(`${inspect(what)} was not written: ${why}.\n${report(written)}`));
    const timer = setTimeout(() => fail(`${withinMs / 1000} s passed`), withinMs);
    listeners.push(look);
    look();
    exited.then(
      ({ code, signal }) => fail(`the process ended before, with ${signal ?? code}`),
      (error) => fail(String(error)),
    );
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      listeners = listeners.filter((listener) => listener !== look);
    }
  }

  return {
    pid: child.pid ?? 0,
    /** What it has written so far. */
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    waitFor,
    /** Writes to its standard input. */
    type: (keys: string) => void child.stdin.write(keys),
    /** SIGTERM unless said otherwise. To wait for the end, await `exited`. */
    kill: (signal: NodeJS.Signals = 'SIGTERM') => void child.kill(signal),
    /** Resolves when it has ended and all its output is there; the code is null after a signal. */
    exited,
  };
}

/** What was written, for the message of a failure. */
export function report({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `stdout: ${stdout.trim() || '(nothing)'}\nstderr: ${stderr.trim() || '(nothing)'}`;
}

/**
 * None of the developer's keys, URLs or CI's switches: a test that passes by their grace proves
 * nothing, and one that finds live keys could buy something.
 */
export function cleanEnvironment(added: Record<string, string> = {}): Record<string, string> {
  const { PATH, HOME, LANG } = process.env;
  const folder = inject('runFolder');
  const kept = { PATH, HOME, LANG, TMPDIR: folder, NODE_COMPILE_CACHE: COMPILED };
  const set = Object.entries(kept).filter((entry): entry is [string, string] => !!entry[1]);
  return { ...Object.fromEntries(set), ...added };
}
