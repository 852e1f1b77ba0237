import { expect, test } from 'vitest';
import { sql } from '../../support/ledger.ts';
import { describeWithPostgres, freshDatabase } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';

describeWithPostgres('the incarnation of a database', () => {
  async function incarnation(): Promise<string | undefined> {
    const ledger = ledgerAt((await freshDatabase()).url);
    const [row] = await sql<{ is: string }>(ledger, 'select ledger.incarnation() as is');
    return row?.is;
  }

  test('is another one in each copy of a template, on a server that did not restart', async () => {
    // Both are copies of the tests' own template: a ledger can be put back in this way.
    expect(await incarnation()).not.toBe(await incarnation());
  });
});
