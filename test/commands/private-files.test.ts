import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atEnd } from '../support/clean-up.ts';
import { runCli } from '../support/cli.ts';
import { openShell, planOf } from './shell.ts';

/** Folders and files in it that other users may read or write. */
function openToOthers(folder: string): string[] {
  return [
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, `${name}`)),
  ]
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
    .map((path) => path.slice(folder.length));
}

test('only their owner may read the files, whatever the umask', async () => {
  const umask = process.umask(0);
  atEnd(() => void process.umask(umask));
  const shell = openShell();
  shell.file('plan.csv', planOf(2, 2));
  const { folder: cwd, env } = shell;
  expect((await runCli(['order', 'plan.csv'], { cwd, env })).code).toBe(0);
  expect(openToOthers(join(shell.folder, 'data'))).toEqual([]);
  expect(openToOthers(join(shell.folder, 'results'))).toEqual([]);

  // What an earlier version of the program left.
  const ledger = join(shell.folder, 'data', 'ledger');
  chmodSync(join(ledger, 'PG_VERSION'), 0o666);
  chmodSync(ledger, 0o755);
  expect((await shell.run(['plans'])).code).toBe(0);
  expect(openToOthers(join(shell.folder, 'data'))).toEqual([]);
});
