import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { embeddedLedger, openShell, openVendor, planOf } from './shell.ts';

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
