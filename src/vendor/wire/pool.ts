import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';

export type PoolOptions = {
  origin: string;
  connections: number;
  timeoutMs: number;
  /** An answer of more bytes is broken off. */
  mostBytes: number;
  lookup: LookupFunction;
};

/**
 * undici without anything that sends a request again by itself. Add no interceptor: those for
 * retry, redirect, dns, cache and dedupe all repeat or reroute a GET, and a redirect takes the keys
 * along. undici reads no proxy from the environment; a proxy may repeat a GET too.
 */
export function openPool(options: PoolOptions): Pool {
  const connectTimeout = Math.min(10_000, options.timeoutMs);
  // undici's timers are coarse (100 ms asked, 1010 ms got): the callers have exact ones.
  const backstopMs = options.timeoutMs + 5_000;
  return new Pool(options.origin, {
    // HTTP/2 is on by default in undici 8, and it repeats refused streams.
    allowH2: false,
    // Of several requests on a connection, undici repeats the others when one fails.
    pipelining: 1,
    // All measurements are with this parser; UNDICI_USE_MILO would choose the other.
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
