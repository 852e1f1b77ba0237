import { join } from 'node:path';
import { inject } from 'vitest';
import { type Child, type ChildOptions, type Ended, report, startNode } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { PATIENCE_MS } from './until.ts';

/** The program by the name that it has when it is installed, which its hints then say. */
export function installedCli(): string {
  return join(inject('runFolder'), 'bulk-order');
}

/**
 * The folder to run in is an empty one unless given: in the project's own folder the program would
 * find the developer's .env file and data.
 */
export type CliOptions = Partial<ChildOptions>;

/** Starts the command line program; it does not outlive the test. */
export function startCli(args: string[], options: CliOptions = {}): Child {
  return startNode([installedCli(), ...args], {
    ...options,
    cwd: options.cwd ?? temporaryFolder(),
  });
}

/** A process that works, and takes orders by now. */
export async function startWorker(env: Record<string, string>): Promise<Child> {
  const worker = startCli(['work'], { env });
  await worker.waitFor('worker started');
  return worker;
}

/** Runs the command line program to its end. */
export async function runCli(args: string[], options: CliOptions = {}): Promise<Ended> {
  const child = startCli(args, options);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, PATIENCE_MS);
  const { code, stdout, stderr } = await child.exited.finally(() => clearTimeout(timer));
  if (late) {
    const command = `bulk-order ${args.join(' ')}`;
    throw new Error(`${command} took more than ${PATIENCE_MS / 1000} s.\n${report(child)}`);
  }
  return { code, stdout, stderr };
}
