import { describe, expect, test } from 'vitest';
import { migrate, openEmbedded } from '../../../src/ledger/index.ts';
import { atEnd } from '../../support/clean-up.ts';
import { claim, newPlan, orderRow, sql } from '../../support/ledger.ts';
import { embeddedFolder } from '../../support/temporary-folder.ts';

type Client = {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  release(): void;
  on(event: 'notification', listener: (notice: { payload: string }) => void): void;
  removeAllListeners(): void;
};

async function opened() {
  const ledger = await openEmbedded(embeddedFolder(), 'test');
  atEnd(() => ledger.close());
  await migrate(ledger);
  const pool = ledger.queuePool();
  return { ledger, pool, connect: () => pool.connect() as Promise<Client> };
}

/** Whether it has been answered by the time that the database could have answered many times. */
async function isAnswered(promise: Promise<unknown>): Promise<boolean> {
  let answered = false;
  promise.then(() => {
    answered = true;
  });
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  return answered;
}

describe('in the embedded database', () => {
  test('statements that follow each other leave the thread to others now and then', async () => {
    const { ledger, pool } = await opened();
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const busy = 'select count(*) from generate_series(1, 20000)';
    const ask = (n: number) => (n % 2 === 0 ? sql(ledger, busy) : pool.query(busy));
    await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)));
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });

  test("a claim is not answered in the queue's transaction, nor rolled back with it", async () => {
    const { ledger, connect } = await opened();
    const plan = await newPlan(ledger);
    const client = await connect();
    await client.query('BEGIN');
    await client.query('create table scratch (a integer)');
    const claimed = claim(ledger, plan);
    expect(await isAnswered(claimed)).toBe(false);
    await client.query('ROLLBACK');
    expect(await claimed).toHaveLength(1);
    expect(await orderRow(ledger, plan.orders[0]!)).toMatchObject({ state: 'sending' });
    expect(await sql(ledger, `select to_regclass('bullmq.scratch') as found`)).toEqual([
      { found: null },
    ]);
  });

  test.each([
    ['begun among other statements', 'select 1; begin; select 2'],
    ['begun in other words', 'start transaction'],
  ])('a transaction of the queue that is %s keeps out all others as well', async (_, text) => {
    const { ledger, connect, pool } = await opened();
    const client = await connect();
    await client.query(text);
    const waiting = [
      sql(ledger, 'select 1'),
      ledger.transaction((tx) => tx.query('', 'select 1')),
      pool.query('select 1'),
      (await connect()).query('begin; commit'),
    ];
    for (const each of waiting) expect(await isAnswered(each)).toBe(false);
    // It failed: that does not end it.
    await expect(client.query('select 1/0')).rejects.toThrow('division by zero');
    expect(await isAnswered(waiting[0]!)).toBe(false);
    await client.query('COMMIT');
    await Promise.all(waiting);
  });

  test('a client that is given back within its transaction has it rolled back', async () => {
    const { ledger, connect } = await opened();
    const client = await connect();
    await client.query('begin; create table bullmq.scratch (a integer)');
    client.release();
    expect(await sql(ledger, `select to_regclass('bullmq.scratch') as found`)).toEqual([
      { found: null },
    ]);
  });

  test('statements that a client gives at once run in order inside its transaction', async () => {
    const { ledger, connect } = await opened();
    const client = await connect();
    await Promise.all([
      client.query('begin'),
      client.query('create table bullmq.scratch (a integer)'),
      client.query('commit'),
    ]);
    expect(await sql(ledger, `select to_regclass('bullmq.scratch') is null as gone`)).toEqual([
      { gone: false },
    ]);
  });

  test('a statement to the pool that leaves a transaction open leaves none to others', async () => {
    const { ledger, pool } = await opened();
    await pool.query('begin; create table bullmq.scratch (a integer)');
    await sql(ledger, 'create table ledger.kept (a integer)');
    await pool.query('rollback');
    expect(await sql(ledger, `select to_regclass('ledger.kept') is null as gone`)).toEqual([
      { gone: false },
    ]);
  });

  test('each client hears what it listens to, also when another stops listening', async () => {
    const { connect, pool } = await opened();
    const heard: string[] = [];
    const [first, second] = [await connect(), await connect()];
    for (const [name, client] of Object.entries({ first, second })) {
      await client.query('LISTEN jobs');
      client.on('notification', ({ payload }) => heard.push(`${name} ${payload}`));
    }
    await pool.query(`select pg_notify('jobs', '1')`);
    first.removeAllListeners();
    first.release();
    await pool.query(`select pg_notify('jobs', '2')`);
    expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
  });
});
