import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import {
  type Database,
  describeWithPostgres,
  emptyDatabase,
  freshDatabase,
} from '../support/servers.ts';
import { ledgerAt } from '../support/storage.ts';
import { openShell, planOf } from './shell.ts';

describeWithPostgres('"check" beside a database', () => {
  const checkIn = async ({ url }: Database) => {
    const ledger = ledgerAt(url);
    const shell = openShell({ DATABASE_URL: url });
    const check = () => shell.run(['check', shell.file('plan.csv', planOf(5))]);
    return { ledger, check };
  };
  const versions = (ledger: Ledger) => sql(ledger, 'select version from ledger.migrations');

  test('makes no tables, and says nothing of stock where there are none', async () => {
    const { ledger, check } = await checkIn(await emptyDatabase());
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
    const schemas = await sql(ledger, `select to_regnamespace('ledger') as ledger`);
    expect(schemas).toEqual([{ ledger: null }]);
  });

  // Old workers claim nothing once the tables are newer than they are.
  test('changes no tables of another version, and says what it cannot tell', async () => {
    const { ledger, check } = await checkIn(await freshDatabase());
    await sql(ledger, `insert into ledger.migrations (version, name) values (999, 'later')`);
    const before = await versions(ledger);
    const { code, stderr } = await check();
    expect(code).toBe(0);
    expect(stderr).toMatch(/found in stock is not known: .* are of version 999/);
    expect(await versions(ledger)).toEqual(before);
  });
});
