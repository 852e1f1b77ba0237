import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AccountConfig, followAccounts, readConfig } from '../../src/config/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Follows an account whose two keys are in files; a test waits for a number of readings. */
async function followFiles({ refuse = 0 } = {}) {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('access', 'old');
  write('secret', 'old');
  const environment = {
    DIALOGTECH_ACCESS_KEY_FILE: join(folder, 'access'),
    DIALOGTECH_SECRET_ACCESS_KEY_FILE: join(folder, 'secret'),
  };
  const seen = { looks: 0, changes: [] as string[], faults: [] as string[] };
  const pair = ({ accessKey, secretAccessKey }: AccountConfig) => `${accessKey}+${secretAccessKey}`;
  let left = refuse;
  const read = async () => {
    seen.looks += 1;
    return (await readConfig(environment, folder)).accounts;
  };
  const followed = followAccounts(await read(), {
    read,
    async onChange(now, before) {
      if (left-- > 0) throw new Error('the ledger is away');
      seen.changes.push(`${pair(before)} -> ${pair(now)}`);
    },
    onFault: ({ message }) => void seen.faults.push(message),
    everyMs: 20,
  });
  atEnd(followed.stop);
  const looks = (n: number) => {
    const enough = seen.looks + n;
    return until(() => seen.looks >= enough, { what: `${n} more looks`, everyMs: 1 });
  };
  return { write, seen, looks, now: () => pair(followed.of('main')) };
}

test('new keys in files are taken', async () => {
  const { write, seen, looks, now } = await followFiles();
  write('access', 'new');
  write('secret', 'new');
  await looks(4);
  expect(now()).toBe('new+new');
  expect(seen).toMatchObject({ changes: ['old+old -> new+new'], faults: [] });
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
  expect(seen.changes).toEqual(['old+old -> new+new']);
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
    changes: ['old+old -> new+old'],
    faults: ['the ledger is away'],
  });
});
