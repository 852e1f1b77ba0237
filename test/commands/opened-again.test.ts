import { expect, test } from 'vitest';
import { openEmbedded } from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import { embeddedLedger, openShell, openVendor, planOf, type Shell } from './shell.ts';

/** Each process fills its queue in memory from the beginning. */
const ROW = "to_jsonb(t) - 'queued_to' as row";

/** What became of a plan, as its tables say. */
async function booksOf({ env }: Shell): Promise<Record<string, unknown>> {
  const ledger = await openEmbedded(env.DATA_DIR!, 'test');
  const tables = ['plans', 'lines', 'orders', 'attempts', 'numbers', 'disputes', 'events'];
  const books: Record<string, unknown> = {};
  for (const table of tables)
    books[table] = await sql(ledger, `select ${ROW} from ledger.${table} t order by t`);
  await ledger.close();
  return books;
}

test('a ledger that is opened again takes its journal as it did before', async () => {
  const faults = { half_body: 1, early_end: 1, wrong_quantity: 1, sold_twice: 1, refuse: 1 };
  const vendor = await openVendor({ faultMix: { chance: 0.7, faults } });
  const shell = openShell({ ...embeddedLedger(), DIALOGTECH_URL: vendor.url });
  shell.file('plan.csv', planOf(...Array(20).fill(20)));
  await shell.run(['order', 'plan.csv']);
  const before = await booksOf(shell);
  await shell.run(['show', '1']);
  expect(await booksOf(shell)).toEqual(before);
});
