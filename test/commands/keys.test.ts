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

const ACCESS = 'Sup3rS3cretAccess';
const SECRET = 'An0therS3cretKey';
const keys = { accessKey: ACCESS, secretAccessKey: SECRET };
const east = { name: 'east', mode: 'live', rate: 1 };
const files = [{ ...east, accessKeyFile: ACCESS, secretAccessKeyFile: SECRET }];

test.each([
  [
    'the variables of files',
    { DIALOGTECH_ACCESS_KEY_FILE: ACCESS, DIALOGTECH_SECRET_ACCESS_KEY_FILE: SECRET },
  ],
  ['accessKeyFile', { ACCOUNTS_FILE: 'accounts.json' }],
  ['ACCOUNTS_FILE itself', { ACCOUNTS_FILE: JSON.stringify([{ ...east, ...keys }]) }],
  ['USERS_FILE itself', { USERS_FILE: JSON.stringify({ users: [{ name: ACCESS }] }) }],
])('a key in %s is refused without being shown', async (_, env) => {
  const url = { DIALOGTECH_URL: 'http://127.0.0.1:9/' };
  const shell = openShell({ ...(await quickLedger()), ...url, ...(env as object) });
  shell.file('accounts.json', JSON.stringify(files));
  const { code, stdout, stderr } = await shell.run(
    'USERS_FILE' in env ? ['user', 'list'] : ['account'],
  );
  expect(code).toBe(1);
  expect(stderr).toContain('which cannot be read (E');
  expect(stdout + stderr).not.toContain(ACCESS);
  expect(stdout + stderr).not.toContain(SECRET);
});
