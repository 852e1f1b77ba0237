import { Client } from 'pg';
import { test } from 'vitest';
import { openPostgres } from '../../src/ledger/index.ts';
import { openQueue, workQueue } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';

/** A ledger that counts the connections its queue has been given. */
function counting(ledger: ReturnType<typeof openPostgres>) {
  const pool = ledger.queuePool();
  const given = { connections: 0 };
  const connect = async () => {
    const client = await pool.connect();
    given.connections += 1;
    return client;
  };
  return { given, ledger: { ...ledger, queuePool: () => ({ ...pool, connect }) } };
}

describeWithPostgres('a worker that is stopped before it has opened its connections', () => {
  test('leaves none of them open, so that the ledger can be closed', async () => {
    const { url } = await freshDatabase();
    const onlooker = new Client({ connectionString: url });
    await onlooker.connect();
    atEnd(() => onlooker.end());
    const { given, ledger } = counting(openPostgres(url));
    const queue = await openQueue('early', { ledger, redisUrl: null });
    const before = given.connections;
    const worker = workQueue(queue, async () => ({ next: 'done', words: '' }), {
      concurrency: 1,
      onError: () => {},
    });
    await worker.drain();
    // Connections that are opened anyway are there by then.
    await until(() => given.connections >= before + 2, { what: 'it has opened its connections' });
    await queue.close();
    await ledger.close();
    const open = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'bulk-order'`;
    await until(async () => (await onlooker.query(open)).rows[0].count === 0, {
      what: 'no connection is open',
    });
  });
});
