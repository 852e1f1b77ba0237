/**
 * Other queues on PostgreSQL, as their documentation says to run them: the same request for each
 * job, and one row written for it. `node peer-worker.ts graphile-worker|pg-boss DATABASE_URL
 * VENDOR_URL JOBS NUMBERS CONCURRENCY` fills the queue first and then works it off.
 */
import { makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { bareRequests } from './bare-request.ts';

const [kind = '', database = '', vendorUrl = '', jobs = '', numbers = '', concurrent = ''] =
  process.argv.slice(2);
const concurrency = Number(concurrent);
const BATCH = 1_000;
const pool = new Pool({ connectionString: database, max: 10 });
await pool.query('create table results (job bigint primary key, bytes integer not null)');
const send = bareRequests(vendorUrl, numbers, concurrency);

async function work(nth: number): Promise<void> {
  const bytes = await send(nth);
  await pool.query({
    name: 'result',
    text: 'insert into results (job, bytes) values ($1, $2)',
    values: [nth, bytes],
  });
}

const batches = Array.from({ length: Math.ceil(Number(jobs) / BATCH) }, (_, n) =>
  Array.from({ length: BATCH }, (_, at) => n * BATCH + at + 1),
);

if (kind === 'graphile-worker') {
  const utils = await makeWorkerUtils({ pgPool: pool });
  await utils.migrate();
  for (const batch of batches) {
    await utils.addJobs(batch.map((nth) => ({ identifier: 'order', payload: { nth } })));
  }
  await run({
    pgPool: pool,
    preset: {
      worker: {
        concurrentJobs: concurrency,
        localQueue: { size: 2 * concurrency },
        completeJobBatchDelay: 0,
      },
    },
    taskList: { order: (payload) => work((payload as { nth: number }).nth) },
  });
} else {
  const boss = new PgBoss(database);
  await boss.start();
  await boss.createQueue('order');
  for (const batch of batches) {
    await boss.insert(
      'order',
      batch.map((nth) => ({ data: { nth } })),
    );
  }
  await boss.work<{ nth: number }>(
    'order',
    { localConcurrency: 4, batchSize: concurrency / 4, burstWhenBatchFull: true },
    async (batch) => void (await Promise.all(batch.map(({ data }) => work(data.nth)))),
  );
}
process.stdout.write('worker started\n');
