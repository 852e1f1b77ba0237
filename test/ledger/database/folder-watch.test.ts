import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from '../../../src/ledger/database/embedded/folder-lock.ts';
import { atEnd } from '../../support/clean-up.ts';
import { sql } from '../../support/ledger.ts';
import { ledgerIn } from '../../support/storage.ts';
import { embeddedFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const MARK = {
  ...{ planKey: 'file:1', order: 1, attempt: 1, nonce: 7, quantity: 25 },
  ...{ worker: 'worker 1', claimedAt: '2026-01-01T00:00:00.000Z' },
};

const DOWN = { code: 'ledger_down', details: expect.objectContaining({ needsRestart: true }) };

const remove = (path: string) => rmSync(path, { recursive: true });

/** Its copy gets the name, as a restore does. */
function replace(path: string): void {
  const copy = `${path}.copy`;
  cpSync(path, copy, { recursive: true });
  remove(path);
  renameSync(copy, path);
}

test.each([
  ['whose lock file is removed', 'lock', remove, '"lock" is gone'],
  ['whose journal is removed', 'journal.db', remove, '"journal.db" is gone'],
  ['whose new marks are removed', 'journal.db-wal', remove, '"journal.db-wal" is gone'],
  ['whose database is removed', 'ledger', remove, '"ledger" is gone'],
  ['that is removed', '', remove, '"lock" is gone'],
  ['whose lock file is replaced', 'lock', replace, '"lock" is another one now'],
  ['whose journal is replaced', 'journal.db', replace, '"journal.db" is another one now'],
  ['whose database is replaced', 'ledger', replace, '"ledger" is another one now'],
  ['that is replaced', '', replace, '"lock" is another one now'],
])('a ledger %s takes no mark and no statement', async (_, name, change, why) => {
  const folder = embeddedFolder();
  const ledger = await ledgerIn(folder);
  const { journal } = ledger;
  expect(journal?.mark([MARK])).toEqual([false]);
  change(join(folder, name));

  const message = expect.stringMatching(
    new RegExp(
      `^The folder \\S+ is no longer the one .*\\(its ${why}\\)\\. Nothing more is bought`,
    ),
  );
  const later = [{ ...MARK, order: 2 }];
  expect(() => journal?.mark(later)).toThrow(expect.objectContaining({ ...DOWN, message }));
  expect(() => journal?.answer([{ ...MARK, answer: '{}' }])).toThrow(expect.objectContaining(DOWN));
  await expect(sql(ledger, 'select 1')).rejects.toMatchObject({ ...DOWN, message });
  await expect(ledger.ended).resolves.toMatchObject({ ...DOWN, message });
});

test('a transaction that ends after its folder was removed is not said to be stored', async () => {
  const folder = embeddedFolder();
  const ledger = await ledgerIn(folder);
  const deciding = ledger.transaction(async (tx) => {
    await tx.query("insert into ledger.events (kind, who) values ('x', 'Ada')");
    remove(folder);
  });
  await expect(deciding).rejects.toMatchObject(DOWN);
});

test('a transaction writes nothing more once its folder was replaced', async () => {
  const folder = embeddedFolder();
  const ledger = await ledgerIn(folder);
  let second: unknown;
  const deciding = ledger.transaction(async (tx) => {
    await tx.query('select 1');
    replace(folder);
    second = await tx.query('select 1').catch((error) => error);
  });
  await expect(deciding).rejects.toMatchObject(DOWN);
  expect(second).toMatchObject(DOWN);
});

test('a folder that was put aside and comes back is not written to again', async () => {
  const folder = embeddedFolder();
  const { journal } = await ledgerIn(folder);
  const aside = join(temporaryFolder(), 'aside');
  renameSync(folder, aside);
  expect(() => journal?.mark([MARK])).toThrow(/is gone/);
  renameSync(aside, folder);
  expect(() => journal?.mark([MARK])).toThrow(/is gone/);
});

test('a ledger that is closed leaves a folder in the place of its own as it is', async () => {
  const folder = embeddedFolder();
  const ledger = await ledgerIn(folder);
  remove(folder);
  mkdirSync(folder);
  atEnd(lockFolder(folder, 'another'));
  writeFileSync(join(folder, 'journal.db-wal'), '');
  await ledger.close();
  expect(existsSync(join(folder, 'holder.json'))).toBe(true);
  expect(existsSync(join(folder, 'journal.db-wal'))).toBe(true);
});
