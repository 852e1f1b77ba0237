import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithPostgres, freshDatabase } from '../../support/servers.ts';

const SCHEMA = join(import.meta.dirname, '../../../src/ledger/database/schema.sql');

describeWithPostgres('the schema', () => {
  // `npx vitest run test/ledger/database/schema.test.ts -u` writes the file again.
  test('is what schema.sql shows: all migrations together', async () => {
    const { url } = await freshDatabase();
    await expect(asWritten(dump(url))).toMatchFileSnapshot(SCHEMA);
  });

  test('folds no names, because what a small letter is depends on the locale', () => {
    expect(readFileSync(SCHEMA, 'utf8')).not.toMatch(/\b(lower|upper|initcap|casefold)\(/i);
  });
});

function dump(url: string): string {
  const wishes = ['--schema-only', '--no-owner', '--no-privileges', '--schema=ledger'];
  return execFileSync('pg_dump', [...wishes, url], { encoding: 'utf8' });
}

const HEAD = `\
-- All tables, functions and triggers of the ledger, as the migrations make them together:
-- the output of pg_dump without its settings. A test writes it; the reasons are in the migrations.
`;

/** Without what differs from one server or dump to the next. */
function asWritten(dumped: string): string {
  const lines = dumped.split('\n');
  const kept = lines.filter((line) => !/^(--|\\|SET |SELECT pg_catalog)/.test(line));
  return `${HEAD}\n${kept
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n\n')
    .trim()}\n`;
}
