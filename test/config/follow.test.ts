import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { followAccounts, readConfig } from '../../src/config/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { until } from '../support/until.ts';
import { folderWith } from './environment.ts';

const KEY_FILES =
  'DIALOGTECH_ACCESS_KEY_FILE=FOLDER/access\nDIALOGTECH_SECRET_ACCESS_KEY_FILE=FOLDER/secret\n';

/** Follows the configuration of a folder; a test waits for a number of readings. */
async function followFiles({ env = KEY_FILES, refuse = 0, files = {} } = {}) {
  const folder = folderWith({ access: 'old', secret: 'old', ...files });
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, name), text.replaceAll('FOLDER', folder));
  write('.env', env);
  const seen = { looks: 0, changes: [] as unknown[], faults: [] as string[] };
  let left = refuse;
  const read = async () => {
    seen.looks += 1;
    return await readConfig({}, folder);
  };
  const followed = followAccounts(await read(), {
    read,
    async onChange({ now, changed, kept }) {
      if (left-- > 0) throw new Error('the ledger is away');
      seen.changes.push([now.name, changed, ...(kept.length > 0 ? [kept] : [])]);
    },
    onFault: ({ message }) => void seen.faults.push(message),
    everyMs: 20,
  });
  atEnd(followed.stop);
  const looks = (n: number) => {
    const enough = seen.looks + n;
    return until(() => seen.looks >= enough, { what: `${n} more looks`, everyMs: 1 });
  };
  const now = () => {
    const { accessKey, secretAccessKey } = followed.of('main');
    return `${accessKey}+${secretAccessKey}`;
  };
  return { write, seen, looks, now, ...followed };
}

const BOTH_KEYS = ['main', ['accessKey', 'secretAccessKey']];

test('new keys in files are taken, and nothing else changes', async () => {
  const { write, seen, looks, now } = await followFiles({ env: `${KEY_FILES}RATE=5\n` });
  write('access', 'new');
  write('secret', 'new');
  await looks(4);
  expect(now()).toBe('new+new');
  expect(seen).toMatchObject({ changes: [BOTH_KEYS], faults: [] });
});

test('a pair with one new key, for a moment, is never used', async () => {
  const { write, seen, looks, now } = await followFiles();
  for (let n = 0; n < 10; n++) {
    write('access', `half-${n}`);
    await looks(1);
  }
  write('access', 'new');
  write('secret', 'new');
  await looks(4);
  expect(now()).toBe('new+new');
  expect(seen.changes).toEqual([BOTH_KEYS]);
});

test('an empty file is reported once each time and changes nothing', async () => {
  const { write, seen, looks, now } = await followFiles();
  for (const round of [1, 2]) {
    write('secret', '');
    await looks(5);
    expect(seen.faults).toHaveLength(round);
    expect(now()).toBe('old+old');
    write('secret', 'old');
    await looks(5);
  }
  expect(seen.faults[0]).toContain('which is empty');
  expect(seen.changes).toEqual([]);
});

test('what could not be carried out is tried again, and holds when it could be', async () => {
  const { write, seen, looks, now } = await followFiles({ refuse: 3 });
  write('access', 'new');
  await looks(10);
  expect(now()).toBe('new+old');
  expect(seen).toMatchObject({
    changes: [['main', ['accessKey']]],
    faults: ['the ledger is away'],
  });
});

const MAIN = { name: 'main', mode: 'live', accessKey: 'old', secretAccessKey: 'old' };

test('what a configuration says nothing of any more is kept', async () => {
  const account = { ...MAIN, rate: 5, dailyNumbers: 50, approval: { aboveNumbers: 500 } };
  const files = { 'accounts.json': [account] };
  const { write, seen, looks } = await followFiles({ env: 'ACCOUNTS_FILE=accounts.json\n', files });
  write('.env', KEY_FILES);
  await looks(4);
  expect(seen.changes).toEqual([['main', [], ['rate', 'prices', 'limits', 'threshold']]]);
});

describe('nothing is bought for an account', () => {
  const SANDBOX = { name: 'main', mode: 'sandbox' };
  const LIVE = [MAIN];
  const HERE = 'DIALOGTECH_URL=http://127.0.0.1:9/\n';

  test.each([
    ['that is gone', LIVE, '', [{ ...MAIN, name: 'other' }], ''],
    ['that has become a sandbox', LIVE, '', [SANDBOX], ''],
    ['that is no sandbox any more', [SANDBOX], '', LIVE, ''],
    ['whose sandbox has got an address', [SANDBOX], '', [SANDBOX], HERE],
    ['whose sandbox has lost its address', [SANDBOX], HERE, [SANDBOX], ''],
    ['whose rehearsal has lost its address', LIVE, HERE, LIVE, ''],
  ])('%s, until it is back', async (_, before, urlBefore, after, urlAfter) => {
    const env = (url: string) => `ACCOUNTS_FILE=accounts.json\n${url}`;
    const files = { 'accounts.json': before };
    const all = await followFiles({ env: env(urlBefore), files });
    const { write, seen, looks, of, isHalted } = all;
    const first = of('main');
    write('accounts.json', JSON.stringify(after));
    write('.env', env(urlAfter));
    await looks(4);
    expect([isHalted('main'), of('main')]).toEqual([true, first]);
    expect(seen.faults.join()).toContain(
      'Nothing is bought for the account "main" until this process is restarted, or the ' +
        'change is taken back',
    );
    write('accounts.json', JSON.stringify(before));
    write('.env', env(urlBefore));
    await looks(4);
    expect(isHalted('main')).toBe(false);
    expect(seen.changes).toEqual([]);
  });
});

test('what waits for a restart is said once, and the rest is followed', async () => {
  const env = 'ACCOUNTS_FILE=accounts.json\nRECONCILE_AFTER=60\n';
  const files = { 'accounts.json': [MAIN] };
  const { write, seen, looks, of } = await followFiles({ env, files });
  write('.env', 'ACCOUNTS_FILE=accounts.json\nRECONCILE_AFTER=5\nREQUEST_TIMEOUT=9\n');
  const west = { ...MAIN, name: 'west', accessKey: 'west' };
  write('accounts.json', JSON.stringify([{ ...MAIN, concurrency: 3, rate: 2 }, west]));
  await looks(8);
  expect(seen).toMatchObject({
    changes: [['main', ['rate']]],
    faults: [
      'A restart of this process is needed to use the new REQUEST_TIMEOUT, ' +
        'the new RECONCILE_AFTER, the new concurrency of "main", and the new account "west".',
    ],
  });
  expect(of('main')).toMatchObject({ rate: 2, concurrency: 20 });
});
