/**
 * Connections that stay open and say nothing: the server's machine loses power, its address moves,
 * or a firewall forgets them. New ones reach the database at once.
 */
import { expect, test } from 'vitest';
import { atEnd } from '../../support/clean-up.ts';
import { sql } from '../../support/ledger.ts';
import { describeWithPostgres, freshDatabase } from '../../support/servers.ts';
import { ledgerAt } from '../../support/storage.ts';
import { until } from '../../support/until.ts';
import { vanishingProxy } from '../../support/vanishing-proxy.ts';

const SILENT_MS = 200;
/** Long enough to be asked about several times. */
const LONG_S = 1.5;
const SLEEP = `select pg_sleep(${LONG_S}), 1 as done`;
const LOCKED = 'select id from public.held where id = 1 for update';

const FAILS = {
  code: 'ledger_down',
  message: expect.stringContaining('the connection has fallen silent'),
};

async function setUp(manners: Parameters<typeof vanishingProxy>[1] = {}) {
  const { url } = await freshDatabase();
  const proxy = await vanishingProxy(url, manners);
  const open = (address: string) => ledgerAt(address, { silentMs: SILENT_MS });
  const [ledger, direct] = [open(proxy.url), open(url)];
  atEnd(() => proxy[Symbol.asyncDispose]());
  await direct.script('create table public.held (id int); insert into public.held values (1)');
  return { proxy, ledger, direct };
}

describeWithPostgres('a statement on a silent connection', () => {
  test('fails, and the next ones find new connections', async () => {
    const { proxy, ledger } = await setUp();
    // Four connections at once.
    await Promise.all([1, 2, 3, 4].map(() => sql(ledger, 'select pg_sleep(0.1)')));
    proxy.vanish();
    await expect(sql(ledger, 'select 1 as one')).rejects.toMatchObject(FAILS);
    // The idle ones had fallen silent with it.
    expect(await sql(ledger, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('fails in a transaction, too', async () => {
    const { proxy, ledger } = await setUp();
    const work = ledger.transaction(async (tx) => {
      await tx.query(LOCKED);
      proxy.vanish();
      await tx.query(LOCKED);
    });
    await expect(work).rejects.toMatchObject(FAILS);
  });

  test('leaves no locks when the server was not told', async () => {
    const { proxy, ledger, direct } = await setUp({ forgets: true });
    const work = ledger.transaction(async (tx) => {
      await tx.query(LOCKED);
      proxy.vanish();
      await tx.query(LOCKED);
    });
    await expect(work).rejects.toMatchObject(FAILS);
    expect(await sql(direct, LOCKED)).toEqual([{ id: 1 }]);
  });

  test('waits while new connections do not reach the database, either', async () => {
    const { proxy, ledger } = await setUp();
    await sql(ledger, 'select 1');
    proxy.close(true);
    proxy.vanish();
    let isOver = false;
    const asked = sql(ledger, 'select 1').finally(() => {
      isOver = true;
    });
    asked.catch(() => {});
    await until(() => proxy.refused() > 2, { what: 'it has been asked about' });
    expect(isOver).toBe(false);
    proxy.close(false);
    await expect(asked).rejects.toMatchObject(FAILS);
  });

  test('fails behind a pooler when nothing runs', async () => {
    const { proxy, ledger } = await setUp({ renumbers: true });
    await sql(ledger, 'select 1');
    proxy.vanish();
    await expect(sql(ledger, 'select 1')).rejects.toMatchObject(FAILS);
  });
});

describeWithPostgres('a connection on which nothing moves stays', () => {
  test.each([
    ['while the server is at its statement', {}],
    ['while the server is at its statement, behind a pooler', { renumbers: true }],
  ])('%s', async (_title, manners) => {
    const { ledger } = await setUp(manners);
    expect(await sql(ledger, SLEEP)).toMatchObject([{ done: 1 }]);
  });

  test('while its statement waits for a lock', async () => {
    const { ledger, direct } = await setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    const holding = direct.transaction(async (tx) => {
      await tx.query(LOCKED);
      resolve();
      await tx.query(SLEEP);
    });
    await promise;
    expect(await sql(ledger, LOCKED)).toEqual([{ id: 1 }]);
    await holding;
  });

  test('while its transaction does something else', async () => {
    const { ledger } = await setUp();
    const rows = await ledger.transaction(async (tx) => {
      await tx.query(LOCKED);
      await sql(ledger, SLEEP);
      return tx.query(LOCKED);
    });
    expect(rows).toEqual([{ id: 1 }]);
  });
});
