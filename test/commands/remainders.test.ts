import { expect, test } from 'vitest';
import { openShell, openShellWithVendor, quickLedger } from './shell.ts';

test('a remainder goes to the account of its plan: the hint and the refusal name it', async () => {
  const shell = openShell({ ...(await quickLedger()), ACCOUNTS_FILE: 'accounts.json' });
  const accounts = ['east', 'west'].map((name) => ({ name, mode: 'sandbox', rate: 100 }));
  shell.file('accounts.json', JSON.stringify(accounts));
  // The sandbox has few numbers in 907.
  shell.file('plan.csv', 'area_code,quantity\n907,60\n');
  const { stdout } = await shell.run(['order', 'plan.csv', '--account', 'east', '--out', 'out']);
  expect(stdout).toContain(
    '"bulk-order order out/remainder.csv --account east" asks again for the rest: remainder.csv ' +
      'is a plan. Where the vendor had no more, add "--keep-trying 3d" to go on asking;',
  );

  const submit = ['submit', 'out/remainder.csv', '--account'];
  const { error } = await shell.ask([...submit, 'west']);
  expect(error).toMatchObject({
    code: 'wrong_state',
    message:
      'This file is a remainder of plan 1 (plan.csv), which is of the account "east". ' +
      'Nothing was stored. Submit it to that account. To buy all of it for this one, ' +
      'say --again.',
  });
  expect(await shell.ask([...submit, 'east'])).toMatchObject({ code: 0, id: 2 });
});

test('the remainders of two copies stand for both of them', async () => {
  const { shell, vendor } = await openShellWithVendor();
  shell.file('plan.csv', 'area_code,quantity\n212,10\n313,5\n');
  for (const again of [[], ['--again']]) {
    vendor.next('refuse', { search: '313' });
    await shell.run(['order', 'plan.csv', ...again]);
  }
  await shell.run(['results', '1', '--out', 'one']);
  await shell.run(['results', '2', '--out', 'two']);
  expect(shell.read('one/remainder.csv')).toBe(shell.read('two/remainder.csv'));

  await shell.ask(['order', 'one/remainder.csv', '--out', 'r1']);
  const refused = await shell.ask(['order', 'two/remainder.csv', '--out', 'r2']);
  expect(refused).toMatchObject({ error: { code: 'duplicate_file' } });
  const second = await shell.ask(['order', 'two/remainder.csv', '--again', '--out', 'r2']);
  expect(second).toMatchObject({ id: 4, code: 0, bought: 5 });
  expect(vendor.books().sold).toBe(30);
  for (const plan of ['1', '2']) {
    expect(await shell.ask(['retry', plan])).toMatchObject({ error: { code: 'wrong_state' } });
  }
});
