import type { Redis } from 'ioredis';
import type { Certificate } from './certificate.ts';
import { freePort } from './free-port.ts';
import { inRedis } from './in-server.ts';
import { type PrivateServer, privateRedis } from './servers.ts';
import { until } from './until.ts';

const SLOTS = 16_384;

/** Nodes speak TLS among themselves, and tell clients the name that the certificate is for. */
const SECURELY = {
  'tls-cluster': 'yes',
  'cluster-announce-hostname': 'localhost',
  'cluster-preferred-endpoint-type': 'hostname',
};

/** Three nodes without replicas that share the slots, ended with the test (or the file). */
export async function privateRedisCluster({ tls }: { tls?: Certificate } = {}) {
  const busPorts = await Promise.all([freePort(), freePort(), freePort()]);
  const nodes = await Promise.all(
    busPorts.map((port) =>
      privateRedis({
        appendOnly: true,
        ...(tls ? { tls } : {}),
        settings: {
          ...(tls ? SECURELY : {}),
          'cluster-enabled': 'yes',
          'cluster-node-timeout': 2_000,
          // Usually the port and 10000, which the system may have given to another connection.
          'cluster-port': port,
        },
      }),
    ),
  );
  const each = Math.ceil(SLOTS / nodes.length);
  for (const [index, node] of nodes.entries()) {
    await inRedis(node.url, async (redis) => {
      const last = Math.min((index + 1) * each, SLOTS) - 1;
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', String(index * each), String(last));
      await redis.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]!.port), String(busPorts[0]));
    });
  }
  for (const node of nodes) {
    await until(() => inRedis(node.url, isWhole), {
      what: `node ${node.port} knows all the others`,
    });
  }
  return {
    /** As REDIS_URL has it. */
    url: nodes
      .map(({ url }) => url)
      .join(',')
      .replaceAll(/,rediss?:../g, ',')
      .replace(':', '+cluster:'),
    nodes,
    /** The node that holds what has this text in braces in its key. */
    async nodeOf(tag: string): Promise<PrivateServer> {
      const slot = await inRedis(nodes[0]!.url, (redis) => redis.cluster('KEYSLOT', `{${tag}}`));
      return nodes[Math.floor(slot / each)]!;
    },
  };
}

async function isWhole(redis: Redis): Promise<boolean> {
  const info = String(await redis.cluster('INFO'));
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
}
