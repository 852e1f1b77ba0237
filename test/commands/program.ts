import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { addServerOptions } from '../../src/terminal/index.ts';

/** All commands, in this process. */
export async function program(): Promise<Command> {
  const all = new Command('bulk-order').option('--json').exitOverride();
  all.configureOutput({ writeErr: () => {} });
  for (const path of globSync(resolve(import.meta.dirname, '../../src/commands/*.ts'))) {
    for (const [name, add] of Object.entries(await import(path))) {
      if (/^add[A-Z]/.test(name)) (add as (program: Command) => void)(all);
    }
  }
  addServerOptions(all);
  return all;
}

/** For arguments that a command refuses before it opens anything. Rejects with the error. */
export async function parse(args: string[]): Promise<Command> {
  return (await program()).parseAsync(args, { from: 'user' });
}
