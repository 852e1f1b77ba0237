import { expect, test } from 'vitest';
import { rawServer, reply } from '../vendor/raw-server.ts';
import { openShell, planOf, quickLedger } from './shell.ts';

const EAST = { accessKey: 'EastAccessCanary1', secretAccessKey: 'EastSecretCanary2' };
const WEST = { accessKey: 'WestAccessCanary3', secretAccessKey: 'WestSecretCanary4' };

test('an answer that repeats the keys of another account is kept without them', async () => {
  const query = `access_key=${EAST.accessKey}&secret_access_key=${EAST.secretAccessKey}`;
  await using vendor = await rawServer({ asked: reply(`Bad gateway: /ibp_api.php?${query}`, 502) });
  const shell = openShell({
    ...(await quickLedger()),
    ACCOUNTS_FILE: 'accounts.json',
    DIALOGTECH_URL: vendor.url,
    RECONCILE: 'off',
  });
  const account = { mode: 'live', rate: 5 };
  const accounts = [
    { ...account, name: 'east', ...EAST },
    { ...account, name: 'west', ...WEST },
  ];
  shell.file('accounts.json', JSON.stringify(accounts));
  shell.file('plan.csv', planOf(2));
  await shell.run(['order', 'plan.csv', '--account', 'west', '--yes']);
  const { stdout } = await shell.run(['unknown', '--json']);
  expect(stdout).toContain('Bad gateway');
  for (const key of [...Object.values(EAST), ...Object.values(WEST)]) {
    expect(stdout).not.toContain(key);
  }
});
