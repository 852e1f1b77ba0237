import { expect, test } from 'vitest';
import { openShell, quickLedger } from './shell.ts';

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
