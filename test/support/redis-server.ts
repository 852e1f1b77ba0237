import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findCommand } from './find-command.ts';
import { freePort } from './free-port.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

/** More than the usual 16, so that test files need not wait for each other. */
const DATABASES = 64;

export type RedisOptions = {
  /** Keeps each write on disk, as production does; else a restart forgets everything. */
  appendOnly?: boolean;
};

export function findRedis(): string | undefined {
  return findCommand('redis-server') ?? findCommand('valkey-server');
}

export const NO_REDIS = 'there is no redis-server (or valkey-server) in the PATH';

/** A Redis of this machine, not started yet, that keeps its things in a folder of its own. */
export async function redisServer(
  within: string,
  { appendOnly = false }: RedisOptions = {},
): Promise<PrivateServer> {
  const command = findRedis();
  if (!command) throw new Error(`Redis cannot be started: ${NO_REDIS}.`);
  const folder = mkdtempSync(join(within, 'redis-'));
  const port = await freePort();
  return serverProcess({
    name: 'Redis',
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    command,
    args: Object.entries({
      port,
      bind: '127.0.0.1',
      dir: folder,
      databases: DATABASES,
      save: '',
      // BullMQ's one demand: a Redis that evicts keys loses jobs.
      'maxmemory-policy': 'noeviction',
      appendonly: appendOnly ? 'yes' : 'no',
      appendfsync: 'always',
    }).flatMap(([name, value]) => [`--${name}`, String(value)]),
    stopSignal: 'SIGTERM',
    lastSignal: 'SIGKILL',
    answers: () => ping(port),
  });
}

/** False while Redis still reads its append-only file. Speaks plain text: no client, no retries. */
function ping(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('close', () => resolve(false));
    socket.once('error', reject);
  });
}
