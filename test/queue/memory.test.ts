import { Worker } from 'bullmq';
import { describe, expect, test } from 'vitest';
import { type Ledger, migrate, noteEvent } from '../../src/ledger/index.ts';
import { sweep } from '../../src/maintenance/index.ts';
import { linesOf, newPlan } from '../support/plans.ts';
import { recordingLog } from '../support/recording-log.ts';
import { claim } from '../support/sending.ts';
import { ledgerIn } from '../support/storage.ts';
import { embeddedFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { deliveredFrom, opened } from './queues.ts';

/** A program on an embedded ledger, until it ends. */
async function begin(folder: string) {
  const ledger = await ledgerIn(folder);
  await migrate(ledger);
  return { ledger, end: ledger.close };
}

const queueOf = (ledger: Ledger, account: string) => opened(account, { ledger, redisUrl: null });

describe('a queue in memory', () => {
  test('is the same for all who open it in a program', async () => {
    const { ledger } = await begin(embeddedFolder());
    const { account } = await newPlan(ledger);
    const [one, other] = [await queueOf(ledger, account.name), await queueOf(ledger, account.name)];
    await one.queue.add('order', { order: 7 }, { jobId: 'o_7', priority: 1 });
    expect(await other.queue.getJob('o_7')).toMatchObject({ data: { order: 7 } });
  });

  test('is empty when the program starts, and is filled with every order that waits', async () => {
    const folder = embeddedFolder();
    const first = await begin(folder);
    const plan = await newPlan(first.ledger, { lines: linesOf(10, 10, 10) });
    const { account } = plan;
    const before = {
      ledger: first.ledger,
      account,
      queue: await queueOf(first.ledger, account.name),
    };
    await sweep({ ...before, log: recordingLog().log });
    await claim(first.ledger, plan, plan.orders.slice(0, 1));
    await first.end();

    const { ledger } = await begin(folder);
    const queue = await queueOf(ledger, account.name);
    const { log, lines } = recordingLog();
    await sweep({ ledger, account, queue, log });
    const jobs = await queue.queue.getJobs(['prioritized'], 0, -1, true);
    expect(jobs.map(({ data }) => data.order)).toEqual(plan.orders.slice(1));
    expect(lines).toMatchObject([{ level: 30, msg: 'queue filled', added: 2 }]);
  });

  test('that a person has paused is paused in the next program, until it is resumed', async () => {
    const folder = embeddedFolder();
    const first = await begin(folder);
    const { account } = await newPlan(first.ledger);
    await noteEvent(first.ledger, { kind: 'queue_paused', who: 'Ada', accountId: account.id });
    await first.end();
    const second = await begin(folder);
    const { queue } = await queueOf(second.ledger, account.name);
    expect(await queue.isPaused()).toBe(true);
    await noteEvent(second.ledger, { kind: 'queue_resumed', who: 'Ada', accountId: account.id });
    await second.end();
    const third = await begin(folder);
    expect(await (await queueOf(third.ledger, account.name)).queue.isPaused()).toBe(false);
  });

  test('gives what a closed worker still has in hand to another', async () => {
    const { ledger } = await begin(embeddedFolder());
    const { account } = await newPlan(ledger);
    const queue = await queueOf(ledger, account.name);
    await queue.queue.add('order', { order: 7 }, { jobId: 'o_7', priority: 1 });
    const { backend } = queue;
    const gone = new Worker(
      queue.queue.name,
      null,
      { connection: backend.connect() },
      backend.factory,
    );
    expect(await gone.getNextJob('its token', { block: false })).toMatchObject({ id: 'o_7' });
    const delivered = deliveredFrom(queue);
    await gone.close(true);
    await until(() => delivered.length > 0, { what: 'it is delivered' });
    expect(delivered).toEqual([7]);
  });
});
