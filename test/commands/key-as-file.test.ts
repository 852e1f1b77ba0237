/**
 * A cluster's secret may be mapped to the variable that wants the name of its file. The refusal
 * goes to the container's log.
 */
import { expect, test } from 'vitest';
import { openShell, quickLedger } from './shell.ts';

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
