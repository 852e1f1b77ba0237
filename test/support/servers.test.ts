import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase, dropDatabases } from './fresh-database.ts';
import { inPostgres, inRedis } from './in-server.ts';
import {
  type Database,
  describeWith,
  describeWithPostgres,
  describeWithRedis,
  emptyDatabase,
  freshDatabase,
  freshRedis,
  privateRedis,
} from './servers.ts';

describeWithPostgres('a fresh database', () => {
  test('has the tables of the ledger and of the queue, unless it is to be empty', async () => {
    const tables = async ({ url }: Database) => {
      const rows = await query(
        url,
        `select to_regclass(name) is not null as there from
        unnest(array['ledger.orders', 'bullmq.job']) as name`,
      );
      return (rows as { there: boolean }[]).map(({ there }) => there);
    };
    expect(await tables(await freshDatabase())).toEqual([true, true]);
    expect(await tables(await emptyDatabase())).toEqual([false, false]);
  });

  test('is apart from any other', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await query(one.url, 'create table things (name text)');
    expect(await query(one.url, 'select * from things')).toEqual([]);
    await expect(query(other.url, 'select * from things')).rejects.toThrow('does not exist');
  });

  test('is dropped even while a client is connected', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    const cut = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await database.drop();
    await cut;
    await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist');
  });

  test('left over by a run is dropped at its end, and those of other runs are not', async () => {
    const mine = await freshDatabase();
    const leftOver = await createDatabase(mine.url, 'another_run');
    await dropDatabases(mine.url, 'another_run');
    await expect(query(leftOver.url, 'select 1')).rejects.toThrow('does not exist');
    expect(await query(mine.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is on a server that never forgets what it has confirmed', async () => {
    const { url } = await freshDatabase();
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(await query(url, `show ${setting}`)).toEqual([{ [setting]: 'on' }]);
    }
  });
});

describeWithRedis('a fresh Redis database', () => {
  test('is empty, and apart from any other', async () => {
    const one = await freshRedis();
    const other = await freshRedis();
    await inRedis(one.url, (client) => client.set('name', 'one'));
    expect(await inRedis(other.url, (client) => client.dbsize())).toBe(0);
    await other.flush();
    expect(await inRedis(one.url, (client) => client.get('name'))).toBe('one');
    await one.flush();
    expect(await inRedis(one.url, (client) => client.dbsize())).toBe(0);
  });

  test('can be had again after it was given back, and is empty then', async () => {
    for (let round = 0; round < 70; round++) {
      const database = await freshRedis();
      expect(await inRedis(database.url, (client) => client.dbsize())).toBe(0);
      await inRedis(database.url, (client) => client.set('round', round));
      await database.drop();
    }
  });
});

describeWith(['private redis'], 'a private Redis', () => {
  test.each([
    { appendOnly: true, kept: 'kept' },
    { appendOnly: false, kept: null },
  ])('with appendOnly $appendOnly has $kept after kill and start', async ({ appendOnly, kept }) => {
    const server = await privateRedis({ appendOnly });
    await inRedis(server.url, (client) => client.set('name', 'kept'));
    await server.kill();
    await expect(inRedis(server.url, (client) => client.get('name'))).rejects.toThrow();
    await server.start();
    expect(await inRedis(server.url, (client) => client.get('name'))).toBe(kept);
    await server.stop();
    await server.stop();
    await server.start();
    await server.start();
    expect(await inRedis(server.url, (client) => client.get('name'))).toBe(kept);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  return (await inPostgres(url, (client) => client.query(sql))).rows;
}
