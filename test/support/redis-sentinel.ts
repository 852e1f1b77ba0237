import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { type Certificate, keepCertificate } from './certificate.ts';
import { atEnd } from './clean-up.ts';
import { freePort } from './free-port.ts';
import { findRedis, ping, tlsSettings } from './redis-server.ts';
import { serverProcess } from './server-process.ts';
import { type PrivateServer, privateRedis } from './servers.ts';
import { until } from './until.ts';

const NAME = 'bulk';

/** A primary, its replica and a sentinel that fails over within seconds; ended with the test. */
export async function watchedRedis({ tls }: { tls?: Certificate } = {}) {
  const options = (settings = {}) => ({
    ...(tls ? { tls } : {}),
    settings: {
      'repl-diskless-sync-delay': 0,
      ...(tls ? { 'tls-replication': 'yes', 'replica-announce-ip': 'localhost' } : {}),
      ...settings,
    },
  });
  const primary = await privateRedis(options());
  const replica = await privateRedis(
    options({ replicaof: `${tls ? 'localhost' : '127.0.0.1'} ${primary.port}` }),
  );
  const sentinel = sentinelServer(await freePort(), primary.port, tls);
  atEnd(sentinel.discard);
  await sentinel.start();

  const redis = new Redis(sentinel.url, tls ? { tls: { rejectUnauthorized: false } } : {});
  redis.on('error', () => {});
  atEnd(() => redis.disconnect());
  const ask = (what: string) => redis.call('SENTINEL', what, NAME);
  await until(async () => JSON.stringify(await ask('replicas')).includes(`"${replica.port}"`), {
    what: 'the sentinel knows the replica',
  });
  return {
    /** As REDIS_URL has it. */
    url: `${sentinel.url.replace(':', '+sentinel:')}/${NAME}`,
    primary,
    replica,
    /** Returns when the sentinel has made the replica the primary. */
    async failedOver() {
      const isPrimary = async () =>
        String(await ask('get-master-addr-by-name')) ===
        `${tls ? 'localhost' : '127.0.0.1'},${replica.port}`;
      await until(isPrimary, { what: 'the replica is the primary' });
    },
  };
}

function sentinelServer(port: number, watched: number, tls?: Certificate): PrivateServer {
  const folder = mkdtempSync(join(inject('runFolder'), 'sentinel-'));
  const file = join(folder, 'sentinel.conf');
  // It writes there what it finds out, so it takes no settings from its command line alone.
  const files = tls && keepCertificate(tls, folder);
  const settings = [
    ...(files
      ? [
          ...Object.entries(tlsSettings(port, files)).map((setting) => setting.join(' ')),
          'tls-replication yes',
          // The certificate is for a name.
          'sentinel resolve-hostnames yes',
          'sentinel announce-hostnames yes',
        ]
      : [`port ${port}`]),
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${NAME} ${files ? 'localhost' : '127.0.0.1'} ${watched} 1`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  return serverProcess({
    name: 'Sentinel',
    url: files ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    port,
    folder,
    command: findRedis()!,
    args: [file, '--sentinel'],
    stopSignal: 'SIGTERM',
    lastSignal: 'SIGKILL',
    answers: () => ping(port, files !== undefined),
  });
}
