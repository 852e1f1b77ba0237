import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { certificate, privateKey } from '../support/certificate.ts';
import { privateRedisCluster } from '../support/redis-cluster.ts';
import { watchedRedis } from '../support/redis-sentinel.ts';
import { describeWith, type PrivateServer, privateRedis } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { deliveredFrom, openedOn } from './queues.ts';

describeWith(['private redis'], 'a Redis with TLS', () => {
  let server: PrivateServer;
  let trusted: string;
  beforeAll(async () => {
    server = await privateRedis({ tls: { certificate, privateKey } });
    trusted = `?sslrootcert=${join(server.folder, 'server.crt')}`;
  });

  test.each([
    ['alone', async () => `${server.url}/1${trusted}`],
    [
      'in a cluster',
      async () =>
        `${(await privateRedisCluster({ tls: { certificate, privateKey } })).url}${trusted}`,
    ],
    [
      'behind a sentinel',
      async () => `${(await watchedRedis({ tls: { certificate, privateKey } })).url}${trusted}`,
    ],
  ])('takes jobs and delivers them, %s', async (_, address) => {
    const queue = await openedOn(await address());
    const delivered = deliveredFrom(queue);
    await queue.queue.add('order', { order: 7 }, { jobId: 'o_7', priority: 1 });
    await until(() => delivered.includes(7), { what: 'it is delivered' });
  });

  const UNTRUSTED =
    'The server in REDIS_URL has a certificate signed by an authority that this program does not ' +
    "trust (DEPTH_ZERO_SELF_SIGNED_CERT). Name a file with the authority's certificate at the " +
    'end of REDIS_URL: ?sslrootcert=FILE, or &sslrootcert=FILE after another setting.';

  test.each([
    ['whose certificate is not trusted', () => server.url, UNTRUSTED],
    [
      'whose certificate is for another name',
      () => `rediss://127.0.0.1:${server.port}${trusted}`,
      'The server in REDIS_URL has a certificate for another name ' +
        '(ERR_TLS_CERT_ALTNAME_INVALID). ' +
        'Use the name that is in the certificate.',
    ],
    [
      'of a cluster whose certificate is not trusted',
      () => server.url.replace('rediss', 'rediss+cluster'),
      UNTRUSTED,
    ],
  ])('%s is refused in a sentence', async (_, address, message) => {
    const url = new URL(address());
    url.password = 's3cret';
    const fault = await openedOn(url.href).catch((error) => error);
    expect(fault).toMatchObject({ code: 'queue_down', message });
    expect(inspect(fault, { depth: 9 })).not.toContain('s3cret');
  });

  test('is not spoken to without it', async () => {
    await expect(openedOn(`redis://localhost:${server.port}`)).rejects.toMatchObject({
      code: 'queue_down',
    });
  });
});
