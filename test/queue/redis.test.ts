import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { inRedis } from '../support/in-server.ts';
import { privateRedisCluster } from '../support/redis-cluster.ts';
import { watchedRedis } from '../support/redis-sentinel.ts';
import { describeWith, privateRedis } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { openedOn } from './queues.ts';

async function faultOf(redisUrl: string) {
  const fault = await openedOn(redisUrl).catch((error) => error);
  expect(inspect(fault, { depth: 9 })).not.toContain('s3cret');
  return fault;
}

test.each([
  'redis://ada:s3cret@HOST/3',
  'redis+cluster://:s3cret@HOST,HOST',
  'redis+sentinel://:s3cret@HOST,HOST/bulk',
])('%s that is not there is reported in a sentence, without the password', async (form) => {
  const fault = await faultOf(form.replaceAll('HOST', `127.0.0.1:${await freePort()}`));
  expect(fault).toMatchObject({
    code: 'queue_down',
    message: expect.stringMatching(/^Redis cannot be reached \(.*ECONNREFUSED.*\)\. .*\.$/),
  });
});

test('an address that cannot be read is reported in a sentence', async () => {
  expect(await faultOf('redis://:s3cret@one,two')).toMatchObject({
    code: 'bad_config',
    message:
      'REDIS_URL names several servers: begin it with redis+cluster:// or redis+sentinel://.',
  });
});

describeWith(['private redis'], 'sentinels', () => {
  test('that watch no primary of that name say so', async () => {
    const { url } = await watchedRedis();
    expect(await faultOf(url.replace('/bulk', '/bulky'))).toMatchObject({
      code: 'queue_down',
      message: expect.stringContaining('(the sentinels watch no "bulky")'),
    });
  });
});

describeWith(['private redis'], 'a cluster', () => {
  test('whose address does not say so is refused', async () => {
    const { nodes } = await privateRedisCluster();
    expect(await faultOf(nodes[0]!.url)).toMatchObject({
      code: 'bad_config',
      message: expect.stringContaining('begin it with redis+cluster://'),
    });
  });

  test('keeps each queue on one node, and different ones on different nodes', async () => {
    const cluster = await privateRedisCluster();
    const accounts = ['east', 'west', 'north', 'south', 'centre', 'islands'];
    const nodes = await Promise.all(
      accounts.map(async (account) => {
        const { queue, fault } = await openedOn(cluster.url, account);
        // Of several keys at once a cluster takes only those of one node.
        await queue.addBulk(
          [1, 2, 3].map((order) => ({
            name: 'order',
            data: { order },
            opts: { jobId: `o_${order}`, priority: order },
          })),
        );
        expect(await queue.getJobCounts('prioritized')).toEqual({ prioritized: 3 });
        expect(await fault()).toBeNull();
        return (await cluster.nodeOf(queue.name)).port;
      }),
    );
    expect(new Set(nodes).size).toBeGreaterThan(1);
  });
});

describeWith(['private redis'], 'a Redis whose user may not do everything', () => {
  test.each([
    ['-info', /^Redis does not let the user of REDIS_URL use INFO \(.*\+info/],
    ['-eval', /^Redis does not let the user of REDIS_URL use EVAL/],
    ['-set', /^Redis does not let the user of REDIS_URL use EVAL, SET/],
    ['resetkeys', /^Redis does not let the user of REDIS_URL use .*keys of any name/],
  ])('is refused with the right that it lacks: %s', async (rule, message) => {
    const server = await privateRedis();
    await inRedis(server.url, (admin) =>
      admin.call('acl', 'setuser', 'ada', 'on', '>s3cret', '+@all', '~*', '&*', rule),
    );
    const fault = await faultOf(server.url.replace('//', '//ada:s3cret@'));
    expect(fault).toMatchObject({ code: 'queue_down', message: expect.stringMatching(message) });
  });

  test('says that it is a replica', async () => {
    const [primary, replica] = [await privateRedis(), await privateRedis()];
    await inRedis(replica.url, async (admin) => {
      await admin.replicaof('127.0.0.1', primary.port);
      await until(async () => /master_link_status:up/.test(await admin.info('replication')), {
        what: 'the replica follows',
      });
    });
    expect(await faultOf(replica.url)).toMatchObject({
      code: 'queue_down',
      message: expect.stringMatching(/^This Redis can only be read: REDIS_URL names a replica/),
    });
  });
});
