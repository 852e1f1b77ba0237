import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFolder } from '../../../src/ledger/database/embedded/folder-lock.ts';
import { announceServer, migrate, openEmbedded } from '../../../src/ledger/index.ts';
import { type Child, startNode, startProgram } from '../../support/child.ts';
import { atEnd } from '../../support/clean-up.ts';
import { sql } from '../../support/ledger.ts';
import { NODE } from '../../support/quick-node.ts';
import { embeddedFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const SRC = join(import.meta.dirname, '../../../src/ledger');

/** What a process runs that holds the folder it is in, until it is killed. */
const HOLDER = `
  import { migrate, openEmbedded } from ${JSON.stringify(join(SRC, 'index.ts'))};
  try {
    const ledger = await openEmbedded('.', 'work');
    await migrate(ledger);
    await ledger.query("insert into ledger.accounts (name, mode, rate) values " +
    "('left', 'sandbox', 4) on conflict do nothing");
    console.log('open');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.code);
  }`;
const asHolder = ['--input-type=module', '--eval', HOLDER];

/** In a process namespace of its own, where it is process 1, as in a container. */
const startElsewhere = (cwd: string): Child =>
  startProgram('unshare', ['--pid', '--fork', '--kill-child', ...NODE, ...asHolder], { cwd });

const fileOf = (folder: string) => join(folder, 'holder.json');
const holderOf = (folder: string) => JSON.parse(readFileSync(fileOf(folder), 'utf8'));

/** A folder with a file that says who holds it, although nobody does. */
function folderSaidToBeHeld(words: object | string): string {
  const folder = temporaryFolder();
  const full = { id: 'x', pid: 1, host: hostname(), command: 'work', since: 'long ago' };
  const text = typeof words === 'string' ? words : JSON.stringify({ ...full, ...words });
  writeFileSync(fileOf(folder), text);
  return folder;
}

test('a second process learns who holds the database, and gets it when that one dies', async () => {
  const folder = temporaryFolder();
  const child = startNode(asHolder, { cwd: folder });
  await child.waitFor('open');
  await expect(openEmbedded(folder, 'order')).rejects.toMatchObject({
    code: 'ledger_in_use',
    message: expect.stringMatching(
      `in ${folder} is in use by bulk-order work \\(process ${child.pid} on ${hostname()}, ` +
        'since 20.*DATABASE_URL',
    ),
    details: { folder, holder: { pid: child.pid, host: hostname(), command: 'work' } },
  });
  child.kill('SIGKILL');
  await child.exited;

  const ledger = await openEmbedded(folder, 'order');
  expect(holderOf(folder)).toMatchObject({ pid: process.pid, command: 'order' });
  expect(await migrate(ledger)).toEqual([]);
  expect(await sql(ledger, 'select name from ledger.accounts')).toEqual([{ name: 'left' }]);
  expect(ledger.journal).toMatchObject({ isOriginal: true });

  await expect(openEmbedded(folder, 'work'), 'the same process').rejects.toMatchObject({
    code: 'ledger_in_use',
    details: { holder: { pid: process.pid, command: 'order' } },
  });
  const refused = startNode(asHolder, { cwd: folder });
  await refused.waitFor('ledger_in_use');
  await ledger.close();
  expect(existsSync(fileOf(folder))).toBe(false);
});

test.skipIf(process.getuid?.() !== 0)(
  'a process in another namespace is refused, and gets the database as soon as the holder is ' +
    'killed',
  async () => {
    const folder = embeddedFolder();
    const first = startElsewhere(folder);
    await first.waitFor('open');
    expect(holderOf(folder)).toMatchObject({ pid: 1, host: hostname() });
    const second = startElsewhere(folder);
    await second.waitFor('ledger_in_use');
    await second.exited;
    first.kill('SIGKILL');
    await first.exited;
    const third = startElsewhere(folder);
    await third.waitFor('open');
  },
  120_000,
);

describe('a folder', () => {
  test.each([
    ['a process of this machine that runs', { pid: process.ppid }],
    ['a process on another machine', { host: 'elsewhere' }],
    ['nobody knows who, in a file cut short', '{"pid":'],
    ['nobody knows who, in an empty file', ''],
    ['nobody knows who, in a file that says nothing', 'null'],
  ])('that is said to be held by %s is free if nobody has the lock', (_, words) => {
    const folder = folderSaidToBeHeld(words);
    const release = lockFolder(folder, 'order');
    expect(holderOf(folder)).toMatchObject({ pid: process.pid, command: 'order' });
    release();
    expect(existsSync(fileOf(folder))).toBe(false);
    lockFolder(folder, 'order')();
  });

  test('that was copied while it was held is free', () => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()];
    atEnd(lockFolder(folder, 'order'));
    cpSync(folder, copy, { recursive: true });
    atEnd(lockFolder(copy, 'order'));
  });

  test('that serves the web says where, to those who are refused', () => {
    const folder = temporaryFolder();
    atEnd(lockFolder(folder, 'serve'));
    announceServer(folder, 'http://127.0.0.1:3000');
    expect(() => lockFolder(folder, 'order')).toThrow(
      /in use by bulk-order serve .* It serves http:\/\/127\.0\.0\.1:3000: open that/,
    );
  });

  test('goes to one of many who want it at the same moment', () => {
    const folder = temporaryFolder();
    const got: string[] = [];
    const refused: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      try {
        atEnd(lockFolder(folder, `number ${n}`));
        got.push(`number ${n}`);
      } catch (error) {
        refused.push((error as { code: string }).code);
      }
    }
    expect(got).toEqual(['number 0']);
    expect(refused).toEqual(Array(4).fill('ledger_in_use'));
    expect(holderOf(folder)).toMatchObject({ command: 'number 0' });
  });

  test('whose database cannot be opened is not held', async () => {
    const folder = embeddedFolder();
    writeFileSync(join(folder, 'ledger', 'PG_VERSION'), '3');
    await expect(openEmbedded(folder, 'order')).rejects.toMatchObject({
      code: 'ledger_broken',
      message: expect.stringMatching(/does not open \(.*incompatible.*\)\. Nothing was deleted/),
    });
    expect(existsSync(fileOf(folder))).toBe(false);
    expect(readFileSync(join(folder, 'ledger', 'PG_VERSION'), 'utf8')).toBe('3');
    lockFolder(folder, 'order')();
  });

  test('that cannot be written is a fault of the configuration', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'data'), '/proc/taking-no-folder/data']) {
      await expect(openEmbedded(folder, 'order')).rejects.toMatchObject({
        code: 'bad_config',
        message: expect.stringMatching(`^The folder ${folder} cannot be written .*DATA_DIR`),
      });
    }
    const missing = join(temporaryFolder(), 'missing');
    await expect(openEmbedded(file, 'order')).rejects.toThrow(
      /it is a file and not a folder\. Set/,
    );
    expect(() => lockFolder(missing, 'order')).toThrow(/cannot be written/);
  });
});
