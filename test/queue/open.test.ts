import { connect, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { type OrderQueue, setLimit } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeOnPostgres } from '../support/ledger-drivers.ts';
import { listenHere } from '../support/listen-here.ts';
import { describeWith, privateRedis } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { deliveredFrom, opened, openedOn } from './queues.ts';

/** Everything that is printed outside the log. */
function printed(): unknown[][] {
  const calls: unknown[][] = [];
  for (const name of ['error', 'warn', 'log'] as const) {
    const method = vi.spyOn(console, name).mockImplementation((...words) => void calls.push(words));
    atEnd(() => method.mockRestore());
  }
  return calls;
}

/** The address of a Redis that does not say which run of it this is, as some servers like it. */
async function withoutRun(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const proxy = createServer((client) => {
    const redis = connect(Number(port), hostname);
    const hide = (text: string) => text.replaceAll('run_id:', 'no_run:');
    redis.on('data', (chunk) => client.write(hide(chunk.toString('latin1')), 'latin1'));
    client.pipe(redis);
    for (const socket of [client, redis]) {
      socket.on('error', () => {});
      socket.on('close', () => [client, redis].map((each) => each.destroy()));
    }
  });
  const { port: own, close } = await listenHere(proxy);
  atEnd(close);
  return `redis://127.0.0.1:${own}`;
}

const adderTo =
  ({ queue }: OrderQueue) =>
  (order: number) =>
    queue.add('order', { order }, { jobId: `o_${order}`, priority: 1 });

describeWith(['private redis'], 'a Redis', () => {
  test('that wants a password gets it, percent-encoded in the address as it may be', async () => {
    const server = await privateRedis();
    const redis = new Redis(server.url);
    atEnd(() => redis.disconnect());
    await redis.config('SET', 'requirepass', 's3cr@t/');
    const url = new URL(server.url);
    url.password = 's3cr@t/';
    const { queue } = await openedOn(`${url.href}/5`);
    await queue.add('order', { order: 1 }, { jobId: 'o_1', priority: 1 });
    await redis.auth('s3cr@t/');
    await redis.select(5);
    expect(await redis.exists('bull:orders-main:o_1')).toBe(1);

    url.password = 'wrong';
    const fault = await openedOn(url.href).catch((error) => error);
    expect(fault).toMatchObject({
      code: 'queue_down',
      message: expect.stringMatching(/WRONGPASS/),
    });
  });

  test('that may evict jobs is warned of, and one that may not is not', async () => {
    const server = await privateRedis();
    const redis = new Redis(server.url);
    atEnd(() => redis.disconnect());
    // As of a hosted one.
    await redis.acl('SETUSER', 'app', 'on', '>s3cret', '~*', '&*', '+@all', '-config');
    const url = Object.assign(new URL(server.url), { username: 'app', password: 's3cret' });
    const queue = await openedOn(url.href);
    expect(await queue.fault()).toBeNull();
    await redis.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(await queue.fault()).toMatchObject({ isGrave: false });
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await queue.fault()).toMatchObject({
      words: expect.stringMatching(/maxmemory-policy is allkeys-lru\. Set it to noeviction/),
      isGrave: true,
    });
  });

  test('that does not say which run it is may lose marks unnoticed, and is warned of', async () => {
    const server = await privateRedis();
    const queue = await openedOn(await withoutRun(server.url));
    expect(await queue.fault()).toMatchObject({
      words: expect.stringMatching(/does not say which run of it this is/),
      isGrave: true,
    });
  });

  test('that goes away fails requests at once, prints nothing, and works on return', async () => {
    const server = await privateRedis({ appendOnly: true });
    const calls = printed();
    const queue = await openedOn(server.url);
    await setLimit(queue, 100);
    const errors: Error[] = [];
    const delivered = deliveredFrom(queue, (error) => errors.push(error));
    const add = adderTo(queue);
    await add(1);
    await until(() => delivered.length === 1, { what: 'the first is delivered' });

    await server.stop();
    await expect(add(2)).rejects.toThrow();
    await until(() => errors.length > 0, { what: 'the worker reports it' });
    await server.start();
    await until(() => add(3), { what: 'jobs are taken again' });
    await until(() => delivered.includes(3), { what: 'and delivered' });
    expect(calls).toEqual([]);
  });
});

describeOnPostgres('a queue in the ledger', (given) => {
  test('whose connections are cut prints nothing and goes on', async () => {
    const calls = printed();
    const ledger = given.another();
    const queue = await opened('main', { ledger, redisUrl: null });
    await setLimit(queue, 100);
    const delivered = deliveredFrom(queue);
    const add = adderTo(queue);
    await add(1);
    await until(() => delivered.length === 1, { what: 'the first is delivered' });
    await given.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await until(() => add(2), { what: 'jobs are taken again' });
    await until(() => delivered.includes(2), { what: 'and delivered' });
    expect(calls).toEqual([]);
  });

  test('can be opened by many processes for the first time at the same moment', async () => {
    const queues = await Promise.all(
      Array.from({ length: 5 }, () => opened('main', { ledger: given.another(), redisUrl: null })),
    );
    await adderTo(queues[0]!)(7);
    expect(await queues[4]!.queue.getJob('o_7')).toMatchObject({ data: { order: 7 } });
  });
});
