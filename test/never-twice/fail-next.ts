import { type Job, Worker as Taker } from 'bullmq';
import type { OrderQueue } from '../../src/queue/index.ts';
import { until } from '../support/until.ts';

/** Takes the next `count` jobs, as a worker would, and lets them fail. */
export async function failNext({ queue, backend }: OrderQueue, count: number): Promise<string[]> {
  const { connect, prefix, factory } = backend;
  const options = { connection: connect(), prefix, autorun: false };
  const taker = new Taker(queue.name, null, options, factory);
  const failed: string[] = [];
  for (let token = 1; token <= count; token++) {
    // The pace may not admit it yet.
    const next = () => taker.getNextJob(`${token}`, { block: false });
    const job = (await until(next, { what: 'a job is to be had' })) as Job;
    await job.moveToFailed(new Error('a fault of ours'), `${token}`, false);
    failed.push(job.id!);
  }
  await taker.close();
  return failed;
}
