import { openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { inject } from 'vitest';
import { runCommandLine } from '../../src/command-line.ts';
import { hintThrough } from '../../src/terminal/started.ts';
import { type ChildOptions, cleanEnvironment, type Ended } from './child.ts';
import { installedCli } from './cli.ts';
import './provided.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line program to its end in this process, which costs a tenth of a child. The
 * program takes all that it works with from `process`, and for so long it is lent another one: so
 * each waits for the one before it. One that a signal or a reader shall end needs a child of its
 * own, and so does what `src/cli.ts` does.
 */
export function runHere(args: string[], options: Partial<ChildOptions> = {}): Promise<Ended> {
  const ended = last.then(() => runAlone(args, options));
  last = ended.catch(() => {});
  return ended;
}

async function runAlone(
  args: string[],
  { cwd = temporaryFolder(), env, input = '' }: Partial<ChildOptions>,
): Promise<Ended> {
  const [stdout, stderr] = [outputFile('stdout'), outputFile('stderr')];
  const folder = process.cwd();
  const { exitCode } = process;
  const heard = SIGNALS.map((signal) => process.listeners(signal));
  const takeBack = lend({
    argv: [process.execPath, installedCli(), ...args],
    env: cleanEnvironment(env),
    stdin: Readable.from(input ? [Buffer.from(input)] : []),
    stdout: stdout.stream,
    stderr: stderr.stream,
  });
  try {
    process.exitCode = undefined;
    process.chdir(cwd);
    await runCommandLine();
    const code = Number(process.exitCode ?? 0);
    return { code, stdout: stdout.read(), stderr: stderr.read() };
  } finally {
    takeBack();
    process.exitCode = exitCode;
    process.chdir(folder);
    for (const [at, signal] of SIGNALS.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!heard[at]!.includes(listener)) process.off(signal, listener);
      }
    }
    hintThrough(null);
  }
}

/** Gives `process` these members. Returns what gives it its own back. */
function lend(members: Record<string, unknown>): () => void {
  const own = Object.keys(members).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)!] as const,
  );
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
  }
  return () => Object.defineProperties(process, Object.fromEntries(own));
}

const files = new Map<string, number>();

/**
 * A file that stands for a stream of the process, as after `>` in a shell: the log writes to its
 * descriptor. It stays open, so that no late line gets into another file.
 */
function outputFile(name: string) {
  const path = join(inject('runFolder'), `${name}-${process.pid}`);
  const fd = files.get(name) ?? openSync(path, 'a');
  files.set(name, fd);
  const before = readFileSync(path).length;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writeSync(fd, chunk);
      done();
    },
  });
  return {
    stream: Object.assign(stream, { fd }),
    read: () => readFileSync(path).subarray(before).toString(),
  };
}
