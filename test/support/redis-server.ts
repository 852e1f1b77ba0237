import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { type Certificate, keepCertificate } from './certificate.ts';
import { findCommand } from './find-command.ts';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

/** More than the usual 16, so that no test file waits for another. */
const DATABASES = 64;

export type RedisOptions = {
  /** Keeps each write on disk, as production does; else a restart forgets everything. */
  appendOnly?: boolean;
  /** Speaks TLS, with this certificate, and nothing else. */
  tls?: Certificate;
  /** What else stands in its configuration. */
  settings?: Record<string, string | number>;
};

export function findRedis(): string | undefined {
  return findCommand('redis-server') ?? findCommand('valkey-server');
}

export const NO_REDIS = 'there is no redis-server (or valkey-server) in the PATH';

/** A Redis of this machine, not started yet, that keeps its things in a folder of its own. */
export async function redisServer(
  parent: string,
  { appendOnly = false, tls, settings = {} }: RedisOptions = {},
): Promise<PrivateServer> {
  const command = findRedis();
  if (!command) throw new Error(`Redis cannot be started: ${NO_REDIS}.`);
  const folder = mkdtempSync(join(parent, 'redis-'));
  const port = await freePort();
  const files = tls && keepCertificate(tls, folder);
  return serverProcess({
    name: 'Redis',
    url: files ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    port,
    folder,
    command,
    args: Object.entries({
      ...(files ? tlsSettings(port, files) : { port }),
      bind: '127.0.0.1',
      dir: folder,
      databases: DATABASES,
      save: '',
      // BullMQ's one demand: a Redis that evicts keys loses jobs.
      'maxmemory-policy': 'noeviction',
      appendonly: appendOnly ? 'yes' : 'no',
      appendfsync: 'always',
      ...settings,
    }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    stopSignal: 'SIGTERM',
    lastSignal: 'SIGKILL',
    answers: () => ping(port, files !== undefined),
  });
}

/** For Redis and for its Sentinel. */
export function tlsSettings(
  port: number,
  { certificate, privateKey }: Record<keyof Certificate, string>,
) {
  return {
    port: 0,
    'tls-port': port,
    'tls-cert-file': certificate,
    'tls-key-file': privateKey,
    'tls-ca-cert-file': certificate,
    'tls-auth-clients': 'no',
  };
}

/** False while Redis still reads its append-only file. Speaks plain text: no client, no retries. */
export function ping(port: number, isSecure: boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const place = { port, host: '127.0.0.1', timeout: 1_000 };
    const socket = isSecure
      ? connectSecurely({ ...place, rejectUnauthorized: false })
      : connect(place);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('close', () => resolve(false));
    socket.once('error', reject);
  });
}
