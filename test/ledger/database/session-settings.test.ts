import { expect, test } from 'vitest';
import { openPostgres } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';
import { describeWithPostgres, freshDatabase } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';

/** What our statements and the promise rest on. */
const WANTED = {
  synchronous_commit: 'on',
  // With another one, what has waited for a lock would still see what held before.
  default_transaction_isolation: 'read committed',
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  search_path: 'pg_catalog',
  jit: 'off',
};

const CONTRARY = {
  synchronous_commit: 'off',
  default_transaction_isolation: "'repeatable read'",
  DateStyle: "'German'",
  TimeZone: "'Asia/Tokyo'",
  search_path: 'elsewhere',
  jit: 'on',
};

const names = Object.keys(WANTED);

/** As the session has it: in a statement alone, and in a transaction. */
async function settingsAt(url: string) {
  const ledger = ledgerAt(url);
  const text = `select ${names.map((name) => `current_setting('${name}') as "${name}"`)}`;
  const [alone] = await sql(ledger, text);
  const [inside] = await ledger.transaction((tx) => tx.query(text));
  return { alone, inside };
}

/** `whose`: the part of ALTER that says for whom it is set. */
async function setContrary(url: string, whose: string): Promise<void> {
  const ledger = openPostgres(url);
  for (const [name, value] of Object.entries(CONTRARY))
    await ledger.script(`alter ${whose} set ${name} = ${value}`);
  await ledger.close();
}

describeWithPostgres('our connections to PostgreSQL', () => {
  test.each([
    ['the database', (name: string) => `database ${name}`],
    ['the user in the database', (name: string) => `role current_user in database ${name}`],
  ])('commit to the disk, and read as we write, whatever is set for %s', async (_, whose) => {
    const { url, name } = await freshDatabase();
    await setContrary(url, whose(name));
    expect(await settingsAt(url)).toEqual({ alone: WANTED, inside: WANTED });
  });

  test('do so when the address names settings too, and keep its others', async () => {
    const { url } = await freshDatabase();
    const address = new URL(url);
    address.searchParams.set('options', '-c synchronous_commit=off -c jit=on -c geqo_effort=7');
    expect(await settingsAt(address.href)).toEqual({ alone: WANTED, inside: WANTED });
    const ledger = ledgerAt(address.href);
    expect(await sql(ledger, 'show geqo_effort')).toEqual([{ geqo_effort: '7' }]);
    const { rows } = await ledger.queuePool().query('show search_path');
    expect(rows).toEqual([{ search_path: 'bullmq' }]);
  });
});
