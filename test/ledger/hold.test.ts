import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdFolder } from '../../src/ledger/hold.ts';
import { migrate, openEmbedded } from '../../src/ledger/index.ts';
import { startNode } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import { sql } from '../support/ledger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SRC = join(import.meta.dirname, '../../src/ledger');

/** A process that holds the folder it runs in, until it is killed. */
function startHolder(cwd: string) {
  const script = `
    import { migrate, openEmbedded } from ${JSON.stringify(join(SRC, 'index.ts'))};
    const ledger = await openEmbedded('.', 'work');
    await migrate(ledger);
    await ledger.query('account', "insert into ledger.accounts (name, mode, rate) values ('left', 'sandbox', 4)");
    console.log('open');
    setInterval(() => {}, 1000);`;
  return startNode(['--input-type=module', '--eval', script], { cwd });
}

const fileOf = (folder: string) => join(folder, 'holder.json');
const holderOf = (folder: string) => JSON.parse(readFileSync(fileOf(folder), 'utf8'));

/** A folder with a file that says who holds it. */
function folderHeldBy(holder: { pid?: number; host?: string } | string): string {
  const folder = temporaryFolder();
  const full = { id: 'x', pid: 1, host: hostname(), command: 'work', since: 'long ago' };
  const text = typeof holder === 'string' ? holder : JSON.stringify({ ...full, ...holder });
  writeFileSync(fileOf(folder), text);
  return folder;
}

async function pidOfTheDead(): Promise<number> {
  const child = startNode(['--eval', ''], { cwd: temporaryFolder() });
  await child.exited;
  return child.pid;
}

test('a second process is told who holds the database, and gets it when that one has died', async () => {
  const folder = temporaryFolder();
  const child = startHolder(folder);
  await child.waitFor('open', { withinMs: 60_000 });
  await expect(openEmbedded(folder, 'order')).rejects.toMatchObject({
    code: 'ledger_in_use',
    message: expect.stringMatching(
      `in ${folder} is in use by bulk-order work \\(process ${child.pid} on ${hostname()}, since 20.*DATABASE_URL`,
    ),
    details: { folder, holder: { pid: child.pid, host: hostname(), command: 'work' } },
  });
  child.kill('SIGKILL');
  await child.exited;

  const ledger = await openEmbedded(folder, 'order');
  expect(holderOf(folder)).toMatchObject({ pid: process.pid, command: 'order' });
  expect(await migrate(ledger)).toEqual([]);
  expect(await sql(ledger, 'select name from ledger.accounts')).toEqual([{ name: 'left' }]);

  await expect(openEmbedded(folder, 'work'), 'the same process').rejects.toMatchObject({
    code: 'ledger_in_use',
    details: { holder: { pid: process.pid, command: 'order' } },
  });
  await ledger.close();
  expect(existsSync(fileOf(folder))).toBe(false);
}, 120_000);

test('a database that cannot be opened is not held', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'ledger'));
  writeFileSync(join(folder, 'ledger', 'PG_VERSION'), '3');
  await expect(openEmbedded(folder, 'order')).rejects.toThrow();
  expect(existsSync(fileOf(folder))).toBe(false);
});

describe('a folder', () => {
  test('of which a process on another machine says that it holds it is left to that one', async () => {
    const folder = folderHeldBy({ host: 'elsewhere' });
    await expect(holdFolder(folder, 'order')).rejects.toMatchObject({
      code: 'ledger_in_use',
      message: expect.stringMatching(`on elsewhere, .*delete ${fileOf(folder)}`),
    });
    expect(holderOf(folder)).toMatchObject({ host: 'elsewhere' });
  });

  test.each([
    ['a process that has died', async () => folderHeldBy({ pid: await pidOfTheDead() })],
    ['a predecessor with the same process id', () => folderHeldBy({ pid: process.pid })],
    ['nobody knows who, in a file cut short', () => folderHeldBy('{"pid":')],
    ['nobody knows who, in an empty file', () => folderHeldBy('')],
    ['nobody knows who, in a file that says nothing', () => folderHeldBy('null')],
  ])('that was held by %s is taken over', async (_, prepare) => {
    const folder = await prepare();
    const release = await holdFolder(folder, 'order');
    expect(holderOf(folder)).toMatchObject({ pid: process.pid, command: 'order' });
    await release();
    expect(existsSync(fileOf(folder))).toBe(false);
  });

  test('goes to one of many who want it at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const folder = round % 2 ? temporaryFolder() : folderHeldBy({ pid: process.pid });
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => holdFolder(folder, `number ${n}`)),
      );
      const winner = all.findIndex(({ status }) => status === 'fulfilled');
      expect(holderOf(folder)).toMatchObject({ command: `number ${winner}` });
      const losers = all.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
      expect(losers).toEqual(Array(19).fill('ledger_in_use'));
    }
  });

  test('is taken over even if the last one who tried to died over it', async () => {
    const folder = folderHeldBy({ pid: process.pid });
    const turn = `${fileOf(folder)}.turn`;
    mkdirSync(turn);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(turn, longAgo, longAgo);
    atEnd(await holdFolder(folder, 'order'));
    expect(holderOf(folder)).toMatchObject({ command: 'order' });
  });

  test('that cannot be written is a fault of the configuration', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'data')]) {
      await expect(openEmbedded(folder, 'order')).rejects.toMatchObject({
        code: 'bad_config',
        message: expect.stringMatching(`^The folder ${folder} cannot be written .*DATA_DIR`),
      });
    }
    const missing = join(temporaryFolder(), 'missing');
    await expect(holdFolder(missing, 'order')).rejects.toMatchObject({ code: 'bad_config' });
  });
});
