import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sql } from '../../support/ledger.ts';
import { newAccount } from '../../support/plans.ts';
import { ledgerIn } from '../../support/storage.ts';
import { embeddedFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const accounts = (ledger: Parameters<typeof sql>[0]) =>
  sql<{ n: number }>(ledger, 'select count(*)::int as n from ledger.accounts');

const MARK = {
  ...{ planKey: 'file:1', order: 1, attempt: 1, nonce: 7, quantity: 25 },
  ...{ worker: 'worker 1', claimedAt: '2026-01-01T00:00:00.000Z' },
};

const brokenIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('ledger.broken-'));

describe('an embedded database', () => {
  test('that opens has nothing to warn of, and its journal vouches for it', async () => {
    const folder = temporaryFolder();
    const first = await ledgerIn(folder);
    await newAccount(first);
    expect(first).toMatchObject({ warnings: [], journal: { isOriginal: true } });
    await first.close();
    const second = await ledgerIn(folder);
    expect(second).toMatchObject({ warnings: [], journal: { isOriginal: true } });
    expect(await accounts(second)).toEqual([{ n: 1 }]);
    expect(readdirSync(folder).toSorted()).toEqual([
      ...['holder.json', 'journal.db', 'journal.db-wal', 'ledger', 'lock'],
    ]);
  });

  test.each([
    ['with a file cut short', (at: string) => truncateSync(join(at, 'global/pg_control'), 0)],
    ['whose log is gone', (at: string) => rmSync(join(at, 'pg_wal'), { recursive: true })],
    ['without its configuration', (at: string) => rmSync(join(at, 'postgresql.conf'))],
  ])('%s is kept, and a new one made; the journal knows what was sent', async (_, damage) => {
    const folder = embeddedFolder();
    const first = await ledgerIn(folder);
    await newAccount(first);
    first.journal?.mark([MARK]);
    await first.close();
    damage(join(folder, 'ledger'));

    const second = await ledgerIn(folder);
    expect(second.warnings).toEqual([
      expect.stringMatching(
        /does not open \(.+\)\. It was kept as \S+ledger\.broken-\S+, .*submit the same plan files/,
      ),
    ]);
    expect(brokenIn(folder)).toHaveLength(1);
    expect(await accounts(second)).toEqual([{ n: 0 }]);
    expect(second.journal).toMatchObject({ isOriginal: true });
    expect(second.journal?.mark([MARK])).toEqual([true]);
    await second.close();
    expect((await ledgerIn(folder)).warnings).toEqual([]);
  });

  test('that is torn and has no journal of what was sent is reported in other words', async () => {
    const folder = embeddedFolder();
    for (const name of ['journal.db', 'ledger/global/pg_control']) rmSync(join(folder, name));
    const ledger = await ledgerIn(folder);
    expect(ledger.warnings).toEqual([expect.stringMatching(/compare the vendor's list/)]);
    expect(ledger.journal).toMatchObject({ isOriginal: false });
  });

  test.each([
    ['before it was on the disk', (at: string) => writeFileSync(join(at, 'ledger.unfinished'), '')],
    ['before it was filled', (at: string) => rmSync(join(at, 'ledger/PG_VERSION'))],
  ])('that was being made when the power went, %s, is made again', async (_, undo) => {
    const folder = embeddedFolder();
    undo(folder);
    const ledger = await ledgerIn(folder);
    expect(ledger.warnings).toEqual([expect.stringMatching(/did not finish .* No plan was in it/)]);
    expect(brokenIn(folder)).toHaveLength(1);
    await ledger.close();
    expect((await ledgerIn(folder)).warnings).toEqual([]);
  });

  test('that a power cut left with an empty lock file of its own opens', async () => {
    const folder = embeddedFolder();
    writeFileSync(join(folder, 'ledger/postmaster.pid'), '');
    expect((await ledgerIn(folder)).warnings).toEqual([]);
  });

  test('that can no longer write its log fails all statements, and opens again whole', async () => {
    const folder = embeddedFolder();
    const ledger = await ledgerIn(folder);
    await newAccount(ledger);
    const log = join(folder, 'ledger/pg_wal');
    const segments = readdirSync(log).filter((name) => name.length === 24);
    const last = segments.toSorted().at(-1) ?? '';
    const next = [1, 2].map((n) => {
      const number = Number.parseInt(last.slice(16), 16) + n;
      return join(log, last.slice(0, 16) + number.toString(16).toUpperCase().padStart(8, '0'));
    });
    // Where the next files of the log would be.
    for (const path of next) mkdirSync(path);
    const much = `insert into ledger.events (kind, who)
      select repeat('x', 1000), 'Ada' from generate_series(1, 60000)`;
    await expect(sql(ledger, much)).rejects.toMatchObject({
      code: 'ledger_down',
      message: expect.stringMatching(/^The embedded database has stopped \(.+\)\. Nothing more/),
    });
    await expect(accounts(ledger)).rejects.toMatchObject({ code: 'ledger_down' });
    await expect(ledger.transaction(accounts as never)).rejects.toMatchObject({
      code: 'ledger_down',
    });
    await ledger.close();
    for (const path of next) rmSync(path, { recursive: true });
    const again = await ledgerIn(folder);
    expect(again.warnings).toEqual([]);
    expect(await accounts(again)).toEqual([{ n: 1 }]);
  });

  test('leaves the thread to others now and then', async () => {
    const ledger = await ledgerIn(embeddedFolder());
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const busy = 'select count(*) from generate_series(1, 20000)';
    await Promise.all(Array.from({ length: 60 }, () => sql(ledger, busy)));
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });
});
