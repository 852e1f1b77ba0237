import { chmodSync, cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedded } from '../../src/ledger/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { runCli } from '../support/cli.ts';
import { sql } from '../support/ledger.ts';
import { embeddedLedger, openShell, openVendor, planOf, type Shell } from './shell.ts';

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

/** Each process fills its queue in memory from the beginning. */
const ROW = "to_jsonb(t) - 'queued_to' as row";

/** What became of a plan, as its tables say. */
async function booksOf({ env }: Shell): Promise<Record<string, unknown>> {
  const ledger = await openEmbedded(env.DATA_DIR!, 'test');
  const tables = ['plans', 'lines', 'orders', 'attempts', 'numbers', 'disputes', 'events'];
  const books: Record<string, unknown> = {};
  for (const table of tables)
    books[table] = await sql(ledger, `select ${ROW} from ledger.${table} t order by t`);
  await ledger.close();
  return books;
}

test('a ledger that is opened again takes its journal as it did before', async () => {
  const faults = { half_body: 1, early_end: 1, wrong_quantity: 1, sold_twice: 1, refuse: 1 };
  const vendor = await openVendor({ faultMix: { chance: 0.7, faults } });
  const shell = openShell({ ...embeddedLedger(), DIALOGTECH_URL: vendor.url });
  shell.file('plan.csv', planOf(...Array(20).fill(20)));
  await shell.run(['order', 'plan.csv']);
  const before = await booksOf(shell);
  await shell.run(['show', '1']);
  expect(await booksOf(shell)).toEqual(before);
});

test('a ledger that was put back buys no remainder and its plan, whatever is typed', async () => {
  const vendor = await openVendor();
  const env = { ...embeddedLedger(), DIALOGTECH_URL: vendor.url, RECONCILE: 'off' };
  const shell = openShell(env);
  const ledger = join(shell.env.DATA_DIR!, 'ledger');
  const backup = join(shell.folder, 'backup');
  shell.file('plan.csv', planOf(2, 2));
  await shell.run(['submit', 'plan.csv', '--start']);
  cpSync(ledger, backup, { recursive: true });
  expect((await shell.run(['cancel', '1'])).code).toBe(0);
  await shell.run(['results', '1', '--out', 'rest']);
  expect((await shell.run(['order', 'rest/remainder.csv'])).code).toBe(0);
  const bought = () => vendor.books().requests.flatMap(({ sold }) => sold).length;
  expect(bought()).toBe(4);

  rmSync(ledger, { recursive: true });
  cpSync(backup, ledger, { recursive: true });
  const { stdout } = await shell.run(['lost']);
  const [, file] = /^ *([0-9a-f]{12}) +1 +4 +2 +lost$/m.exec(stdout)!;
  expect(await shell.ask(['show', '1'])).toMatchObject({ state: 'paused' });
  const resume = async () => (await shell.run(['resume', '1'])).stderr;
  expect(await resume()).toContain('"bulk-order lost sandbox" shows how.');
  const { id } = await shell.ask(['submit', 'rest/remainder.csv', '--start']);
  expect(await resume()).toContain(`The ledger had lost plan ${id} (file ${file})`);
  expect((await shell.run(['lost'])).stdout).toMatch(new RegExp(`back, as plan ${id}$`, 'm'));
  expect((await shell.run(['cancel', '1'])).code).toBe(0);
  const said = ['--dismiss', file!, '--by', 'Ada', '--why', 'it was the remainder of plan 1'];
  expect((await shell.run(['lost', ...said])).stdout).toContain('1 lost plan dismissed.\n');
  expect((await shell.run(['lost'])).stdout).toContain('The ledger has lost no plan');
  await shell.run(['account', '--resume', '--why', 'compared']);
  expect(await shell.ask(['watch', String(id), '--work'])).toMatchObject({ bought: 4, code: 0 });
  expect(bought()).toBe(4);
});
