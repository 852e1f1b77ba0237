import { Redis } from 'ioredis';
import { Client, type ClientConfig } from 'pg';

/** Connects to a Redis, acts and hangs up. It does not wait for one that is not there. */
export async function inRedis<T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> {
  const tls = url.startsWith('rediss') ? { tls: { rejectUnauthorized: false } } : {};
  const redis = new Redis(url, { ...tls, lazyConnect: true, retryStrategy: null });
  // The caller gets the rejection.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

/** Connects to a PostgreSQL, acts and hangs up. */
export async function inPostgres<T>(
  url: string,
  act: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const client = new Client({ connectionString: url, ...options });
  // The caller gets the rejection.
  client.on('error', () => {});
  try {
    await client.connect();
    return await act(client);
  } finally {
    await client.end();
  }
}
