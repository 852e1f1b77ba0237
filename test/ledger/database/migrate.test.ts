import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Ledger, migrate } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const FOLDER = join(import.meta.dirname, '../../../src/ledger/database/migrations');
const FILES = readdirSync(FOLDER).sort();
const VERSIONS = FILES.map((_, index) => index + 1);
const NEWEST = FILES.length;

describeOnBothDrivers('the schema', (given) => {
  beforeEach(() => given.ledger.script('drop schema if exists ledger cascade'));

  test('does not change when it is up to date', async () => {
    await given.migrate();
    const before = await relations(given.ledger);
    expect(await given.migrate()).toEqual([]);
    expect(await migrate(given.another())).toEqual([]);
    expect(await relations(given.ledger)).toEqual(before);
    expect(await given.sql('select version, name from ledger.migrations')).toEqual(
      FILES.map((name, index) => ({ version: index + 1, name })),
    );
  });

  test('is made by one of many who want it at once, and an order can be placed in it', async () => {
    const handles = Array.from({ length: 6 }, () => given.another());
    const made = await Promise.all(handles.map(migrate));
    expect(made.filter((versions) => versions.length > 0)).toEqual([VERSIONS]);
    expect((await given.newPlan()).orders).toHaveLength(1);
  });

  test('of a newer program is left alone', async () => {
    await given.migrate();
    await given.sql(`insert into ledger.migrations (version, name) values (999, 'later')`);
    const before = await relations(given.ledger);
    await expect(given.migrate()).rejects.toMatchObject({
      code: 'ledger_newer',
      message: expect.stringMatching(`version 999.*up to ${NEWEST}\\b.*nothing was changed`),
      details: { version: 999, newest: NEWEST },
    });
    expect(await relations(given.ledger)).toEqual(before);
  });

  test('that cannot be made whole is not made at all', async () => {
    await given.ledger.script('create schema ledger; create table ledger.tallies (mine text)');
    await expect(given.migrate()).rejects.toThrow('already exists');
    expect(await relations(given.ledger)).toEqual(['tallies']);
  });
});

async function relations(ledger: Ledger): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    ledger,
    `select relname as name from pg_class where relnamespace = 'ledger'::regnamespace order by 1`,
  );
  return rows.map((row) => row.name);
}
