import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';

export type PoolOptions = {
  origin: string;
  connections: number;
  timeoutMs: number;
  /** More bytes than this in one answer break it off. */
  mostBytes: number;
  lookup: LookupFunction;
};

/**
 * undici with everything switched off that sends a request again by itself. No interceptor may be
 * added: those for retry, redirect, dns, cache and dedupe all repeat or reroute a GET, and a
 * redirect takes the keys along. undici reads no proxy from the environment, which is as wanted: a
 * proxy may repeat a GET too.
 */
export function openPool(options: PoolOptions): Pool {
  const connectTimeout = Math.min(10_000, options.timeoutMs);
  // undici's own timers are coarse (100 ms asked, 1010 ms got): a net under the callers' exact
  // ones.
  const backstopMs = options.timeoutMs + 5_000;
  return new Pool(options.origin, {
    // HTTP/2 is on by default in undici 8, and it repeats refused streams.
    allowH2: false,
    // With more than one request on a connection, the others are sent again when one fails.
    pipelining: 1,
    // The parser that everything was measured with, whatever UNDICI_USE_MILO says.
    useMilo: false,
    connections: options.connections,
    connectTimeout,
    headersTimeout: backstopMs,
    bodyTimeout: backstopMs,
    // Only for reads: an order closes its connection.
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 5_000,
    maxResponseSize: options.mostBytes,
    maxHeaderSize: 16_384,
    connect: {
      timeout: connectTimeout,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      lookup: options.lookup,
      autoSelectFamily: true,
    },
  });
}
