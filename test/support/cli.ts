import { resolve } from 'node:path';
import { type Child, type ChildOptions, type Ended, report, startNode } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

/**
 * The folder to run in is an empty one unless given: in the project's own folder the program would
 * find the developer's .env file and data.
 */
export type CliOptions = Partial<ChildOptions>;

/** Starts the command line program; it does not outlive the test. */
export function startCli(args: string[], options: CliOptions = {}): Child {
  return startNode([CLI, ...args], { ...options, cwd: options.cwd ?? temporaryFolder() });
}

/** Runs the command line program to its end. */
export async function runCli(
  args: string[],
  { withinMs = 50_000, ...options }: CliOptions & { withinMs?: number } = {},
): Promise<Ended> {
  const child = startCli(args, options);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, withinMs);
  const { code, stdout, stderr } = await child.exited.finally(() => clearTimeout(timer));
  if (late) {
    const command = `bulk-order ${args.join(' ')}`;
    throw new Error(`${command} took more than ${withinMs / 1000} s.\n${report(child)}`);
  }
  return { code, stdout, stderr };
}
