/**
 * A pair of keys is written as people write pairs, `{"ACCESS": "SECRET"}`, or on a wrong line. A
 * refusal goes to the log, also that of a running worker, which knows only the keys of files that
 * it has accepted.
 */
import { expect, test } from 'vitest';
import { EAST, faultsOf } from './accounts-file.ts';
import { faultsOf as faultsOfSettings } from './environment.ts';

const [ACCESS, SECRET] = ['Sup3rS3cretAccess', 'an0ther-s3cret-key'];
const KEYS = { accessKey: ACCESS, secretAccessKey: SECRET };
const east = { name: 'east', mode: 'live', rate: 1 };

test.each<[string, unknown]>([
  ['as a pair', [{ ...east, [ACCESS]: SECRET }]],
  ['as a pair under keys', [{ ...east, keys: { [ACCESS]: SECRET } }]],
  ['both as names', [{ ...east, [ACCESS]: '', [SECRET]: '' }]],
  ['as a pair of the list', { [ACCESS]: SECRET }],
  ['as a name that is given twice', `[{"name": "east", "${ACCESS}": 1, "${ACCESS}": 2}]`],
  ['as the name', [{ ...east, name: ACCESS, accessKey: 'east', secretAccessKey: SECRET }]],
  ['as a name that is possible', [{ name: SECRET, mode: 'live', accessKey: ACCESS }]],
  ['as a limit', [{ ...EAST, limits: { [SECRET]: 1 } }]],
  ['as a threshold', [{ ...EAST, approval: { [SECRET]: 1 } }]],
  ['as a person', [{ ...EAST, limits: { people: { [SECRET]: 1 } } }]],
  ['as a person that is impossible', [{ ...EAST, limits: { people: { [`${SECRET}:`]: {} } } }]],
  ['as a person without room', [{ ...EAST, limits: { people: { [SECRET]: { day: 1 } } } }]],
  ['beside a file', [{ ...east, ...KEYS, secretAccessKeyFile: 's' }]],
])('keys %s of an ACCOUNTS_FILE are refused, and not shown', async (_, accounts) => {
  const faults = await faultsOf(accounts);
  expect(faults).not.toEqual([]);
  expect(faults.join()).not.toContain(ACCESS);
  expect(faults.join()).not.toContain(SECRET);
});

/** What must be set beside one of these. */
const PAIRED = { NOTICE_SECRET: 'a secret of this test' };

test.each([
  ...['RATE', 'CONCURRENCY', 'REQUEST_TIMEOUT', 'RECONCILE', 'LOG_LEVEL', 'PORT', 'DATABASE_URL'],
  ...['NOTICE_URL', 'DIALOGTECH_URL', 'BOARD_CONTROLS', 'PROXY_SIGN_IN_FROM'],
])('a key as %s is refused, and not shown', async (name) => {
  const faults = await faultsOfSettings({ USERS_FILE: 'users.json', ...PAIRED, [name]: ACCESS });
  expect(faults).not.toEqual([]);
  expect(faults.join()).not.toContain(ACCESS);
});
