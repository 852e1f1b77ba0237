import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { certificateFault } from '../certificate.ts';
import { type RedisAddress, readRedisUrl } from '../config/index.ts';
import { AppError } from '../errors.ts';
import type { ServerFault } from '../ledger/index.ts';
import { doneWithin } from '../timing/index.ts';

export type RedisClient = Redis | Cluster;

/** What a client does while Redis is away. */
type WhileAway = {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  connectTimeout?: number;
  lazyConnect?: boolean;
};

const CONNECT_MS = 5_000;
/** Longer than the 10 s that a worker waits for a job. */
const SILENT_MS = 15_000;

/** Throws AppError `bad_config` with what is wrong with the address. */
export function redisAddress(url: string): RedisAddress {
  const address = readRedisUrl(url);
  if ('fault' in address) throw new AppError('bad_config', address.fault);
  return address;
}

/**
 * A producer's own connection. While Redis is away, calls fail at once. Throws AppErrors:
 * `queue_down` when Redis does not answer within 5 s, `bad_config` when Redis is a cluster and the
 * address does not say so.
 */
export async function connectRedis(address: RedisAddress): Promise<RedisClient> {
  const redis = newClient(address, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_MS,
    lazyConnect: true,
  });
  let lastError: Error | undefined;
  redis.on('error', (error: Error & { lastNodeError?: Error }) => {
    lastError = error.lastNodeError ?? error;
  });
  let sentinelError: Error | undefined;
  redis.on('sentinelError', ({ message }: Error) => {
    if (!message.includes('No such master')) return;
    sentinelError = new Error(`the sentinels watch no "${address.primary}"`);
  });
  try {
    if (!(await doneWithin(CONNECT_MS, redis.connect()))) throw new Error('no answer');
    await refuseStrayNode(redis, address);
    await tryScript(redis);
    return redis;
  } catch (error) {
    redis.disconnect();
    if (error instanceof AppError) throw error;
    const cause = sentinelError ?? (await errorOfFirst(address)) ?? lastError ?? error;
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code ?? message;
    throw new AppError(
      'queue_down',
      certificateFault(code, 'REDIS_URL') ??
        `Redis cannot be reached (${reason}). ` +
          'Check that it is running and that REDIS_URL names its host, port ' +
          'and password. Without REDIS_URL the program needs no Redis.',
      { reason },
    );
  }
}

/** The queue and the marks use scripts. Throws AppError `queue_down` when Redis refuses them. */
async function tryScript(redis: RedisClient): Promise<void> {
  const script = `redis.call('set', KEYS[1], '', 'px', 1000) return 1`;
  const attempt = () => redis.eval(script, 1, 'bulk-order:rights');
  await requireRight('EVAL, SET or keys of any name', attempt);
}

/** Throws AppError `queue_down`, which names the right that the user lacks. */
async function requireRight<Answer>(what: string, attempt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    const { message } = error as Error;
    if (!/NOPERM|can't run this command/.test(message)) throw error;
    const reason = message.slice(0, 200);
    throw new AppError(
      'queue_down',
      `Redis does not let the user of REDIS_URL use ${what} (${reason}). ` +
        'Give it the right: ACL SETUSER … +@all -@dangerous +info ~* &*',
      { reason },
    );
  }
}

/** Refuses a replica and a single node of a cluster, which would fail later and less clearly. */
async function refuseStrayNode(redis: RedisClient, { kind }: RedisAddress): Promise<void> {
  const info = await requireRight('INFO', () => redis.info());
  if (kind === 'server' && /^role:slave/m.test(info)) {
    throw new AppError(
      'queue_down',
      'This Redis can only be read: REDIS_URL names a replica. Name its primary.',
    );
  }
  if (kind === 'cluster' || !/^redis_mode:cluster/m.test(info)) return;
  throw new AppError(
    'bad_config',
    'REDIS_URL names a node of a cluster: begin it with redis+cluster:// or rediss+cluster://.',
  );
}

/** Asks the first of several servers alone: of several, the client says only that none answered. */
async function errorOfFirst({ kind, servers, tls }: RedisAddress): Promise<Error | undefined> {
  if (kind === 'server') return undefined;
  const redis = new Redis({
    ...servers[0],
    ...tlsOptions(tls),
    connectTimeout: CONNECT_MS,
    enableReadyCheck: false,
    lazyConnect: true,
    retryStrategy: null,
  });
  let lastError: Error | undefined;
  redis.on('error', (error) => {
    lastError = error;
  });
  await redis.connect().catch(ignore);
  redis.disconnect();
  return lastError;
}

/**
 * What BullMQ opens a worker's connections with. While Redis is away they wait and do not give up.
 * BullMQ does not open a cluster itself: its client is added to `clients`, for the caller to close.
 */
export function workerConnection(address: RedisAddress, clients: RedisClient[]): ConnectionOptions {
  const whileAway = { maxRetriesPerRequest: null };
  if (address.kind !== 'cluster') return { ...serverOptions(address), ...whileAway };
  const cluster = newClient(address, whileAway);
  cluster.on('error', ignore);
  clients.push(cluster);
  return cluster;
}

/** What is wrong with Redis for the marks of what was sent, or for jobs; null: nothing. */
export async function redisFault(redis: RedisClient): Promise<ServerFault | null> {
  if ((await runOf(redis)) !== null) return evictionFault(redis);
  const words =
    'Redis does not say which run of it this is (run_id in INFO), so nobody notices when it ' +
    'restarts and has lost the last marks of what was sent. Use Redis or Valkey themselves.';
  return { words, isGrave: true };
}

/**
 * Which run of Redis this is. A restarted server, or a replica that took over, may lack the last
 * marks. A cluster has no single run, so only emptying is noticed there. Null: it does not say.
 */
export async function runOf(redis: RedisClient): Promise<string | null> {
  if (redis.isCluster) return 'cluster';
  const info = await redis.info('server');
  return /^run_id:(\w+)/m.exec(info)?.[1] ?? null;
}

/**
 * What Redis may evict when memory is short; null: nothing, or Redis does not say. Lost jobs are
 * made again, and lost marks are not. Marks never expire, so only `allkeys` evicts them.
 */
async function evictionFault(redis: RedisClient): Promise<ServerFault | null> {
  // Hosted Redis often forbids CONFIG.
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory')) ?? [];
  if (!policy || policy === 'noeviction') return null;
  const isGrave = policy.startsWith('allkeys');
  const what = isGrave ? 'jobs, and the marks of what was sent' : 'the locks of jobs';
  const words = `Redis may evict ${what}: its maxmemory-policy is ${policy}. Set it to noeviction.`;
  return { words, isGrave };
}

function newClient(address: RedisAddress, whileAway: WhileAway): RedisClient {
  if (address.kind !== 'cluster') return new Redis({ ...serverOptions(address), ...whileAway });
  const { enableOfflineQueue = true, lazyConnect = false, ...redisOptions } = whileAway;
  return new Cluster(address.servers, {
    enableOfflineQueue,
    lazyConnect,
    redisOptions: { ...commonOptions(address), ...redisOptions },
    // TLS checks the host's name, which a lookup here would replace by an address.
    ...(address.tls ? { dnsLookup: (host, found) => found(null, host) } : {}),
  });
}

function serverOptions(address: RedisAddress) {
  const { kind, servers, primary, db } = address;
  const common = commonOptions(address);
  if (kind === 'server') return { ...common, ...servers[0], db };
  return {
    ...common,
    db,
    sentinels: servers,
    name: primary,
    ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: common.tls } : {}),
  };
}

function commonOptions({ username, password, tls }: RedisAddress) {
  return {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...tlsOptions(tls),
    // Without a time-out, the client keeps the connection to a vanished machine for ever. The
    // client's own watch for a failover ends when a sentinel restarts (tried out).
    socketTimeout: SILENT_MS,
    // Otherwise the client asks a demoted master thousands of times a second, for ever (measured).
    reconnectOnError: (error: Error): false | 2 =>
      error.message.startsWith('READONLY') ? 2 : false,
  };
}

function tlsOptions(tls: RedisAddress['tls']) {
  if (tls === null) return {};
  return { tls: tls.caFile === null ? {} : { ca: readFileSync(tls.caFile) } };
}

function ignore(): void {}
