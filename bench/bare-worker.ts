/**
 * What the program's worker is compared with: the same jobs from the same kind of queue, the same
 * request through a connection pool with the same options, and no ledger. `node bare-worker.ts
 * REDIS_URL VENDOR_URL JOBS NUMBERS CONCURRENCY` fills its queue first and then works it off.
 */
import { Queue, Worker } from 'bullmq';
import { bareRequests } from './bare-request.ts';
import { areaOf } from './sandbox.ts';

const [redisUrl = '', vendorUrl = '', jobs = '', numbers = '', concurrency = ''] =
  process.argv.slice(2);
const QUEUE = 'bare';
const BATCH = 1_000;
/** As the program keeps them. */
const KEPT = { count: 1_000 };
const { hostname, port, pathname: db } = new URL(redisUrl);
const connection = { host: hostname, port: Number(port), db: Number(db.slice(1)) };

await fill(Number(jobs));
const order = bareRequests(vendorUrl, numbers, Number(concurrency));
const worker = new Worker(QUEUE, async (job) => `${await order(job.data.order)} bytes`, {
  connection: { ...connection, maxRetriesPerRequest: null },
  concurrency: Number(concurrency),
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
});
await worker.waitUntilReady();
process.stdout.write('worker started\n');

async function fill(count: number): Promise<void> {
  const queue = new Queue(QUEUE, { connection });
  for (let from = 1; from <= count; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, n) => from + n);
    await queue.addBulk(ids.map(jobOf));
  }
  await queue.close();
}

/** As long as the program's own. */
function jobOf(nth: number) {
  return {
    name: `${areaOf(nth)} × ${numbers}`,
    data: { order: 10_000_000 + nth },
    opts: { jobId: `o_${10_000_000 + nth}`, priority: nth },
  };
}
