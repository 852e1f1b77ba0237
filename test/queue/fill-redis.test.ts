import { expect, test } from 'vitest';
import { fillQueue, jobId, removeJobs } from '../../src/queue/index.ts';
import { BY } from '../support/by.ts';
import { inRedis } from '../support/in-server.ts';
import { line } from '../support/plans.ts';
import { describeInModes, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { openQueues } from './queues.ts';

describeInModes([POSTGRES_AND_REDIS], 'a queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('holds no more than ten thousand jobs of a plan, and others enter beside it', async () => {
    const to = await given.queue();
    const fill = () => fillQueue(to.queue, given.ledger, to.account.id);
    const depth = () => to.queue.queue.getPrioritizedCount();
    const lines = [2, 3, 4].map((n) => line({ line: n, quantity: 100_000 }));
    const huge = await given.newPlan({ account: to.account, lines });
    expect(await fill()).toEqual({ added: 10_000, restored: false });
    expect(await fill()).toEqual({ added: 0, restored: false });
    const small = await given.newPlan({ account: to.account });
    expect(await fill()).toEqual({ added: 1, restored: false });
    expect(await depth()).toBe(10_001);

    // The jobs of what is done leave the queue, and not before half of them have gone more come in.
    const leave = async (from: number, to_: number) => {
      const ids = huge.orders.slice(from, to_);
      const text = `update ledger.orders set state = 'cancelled' where id = any($1::bigint[])`;
      await given.sql(text, [ids]);
      await removeJobs(to.queue, ids);
    };
    await leave(0, 4_999);
    expect(await fill()).toEqual({ added: 0, restored: false });
    await leave(4_999, 5_000);
    expect(await fill()).toEqual({ added: 2_000, restored: false });
    expect(await depth()).toBe(7_001);
    expect(await to.queue.queue.getJob(jobId(huge.orders.at(-1)!))).toBeDefined();
    expect(await to.queue.queue.getJob(jobId(small.orders[0]!))).toBeDefined();
    await given.steerPlan(huge.id, 'cancel', BY);
    while ((await given.cancelWaiting(huge.id)) > 0);
  });

  test('keeps an order in few bytes: its id, and options that Redis packs', async () => {
    // As large as ids and priorities get.
    await given.sql('alter table ledger.plans alter column id restart with 99000');
    const to = await given.queue();
    const plan = await given.newPlan({ account: to.account });
    await given.sql('update ledger.plans set priority_base = 2000000 where id = $1', [plan.id]);
    await fillQueue(to.queue, given.ledger, to.account.id);
    await inRedis(given.storage.redisUrl!, async (redis) => {
      const key = `bull:${to.queue.queue.name}:o_990000000001`;
      const { data, opts } = await redis.hgetall(key);

      expect(JSON.parse(data!)).toEqual({ order: 990_000_000_001 });
      expect(Buffer.byteLength(opts!)).toBeLessThanOrEqual(64);
      expect(await redis.object('ENCODING', key)).toBe('listpack');
    });
  });
});
