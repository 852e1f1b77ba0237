import type { LookupFunction } from 'node:net';
import { type buildConnector, Pool } from 'undici';

export type PoolOptions = {
  origin: string;
  connections: number;
  timeoutMs: number;
  /** An answer of more bytes is broken off. */
  mostBytes: number;
  lookup: LookupFunction;
};

/** How undici connects. Its timers are coarse: a time-out of 100 ms takes 1010 ms. */
export function connectOptions({ timeoutMs, lookup }: Pick<PoolOptions, 'timeoutMs' | 'lookup'>) {
  return {
    timeout: Math.min(10_000, timeoutMs),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    lookup,
    autoSelectFamily: true,
    // HTTP/2 is on by default in undici 8, and it repeats refused streams.
    allowH2: false,
  } satisfies buildConnector.BuildOptions;
}

/**
 * undici without anything that sends a request again by itself. Add no interceptor: those for
 * retry, redirect, dns, cache and dedupe all repeat or reroute a GET, and a redirect takes the keys
 * along. Add no proxy either: it may repeat a GET. undici reads none from the environment.
 */
export function openPool(options: PoolOptions, connector?: buildConnector.connector): Pool {
  // The callers have exact timers, and these come later.
  const backstopMs = options.timeoutMs + 5_000;
  const connect = connectOptions(options);
  return new Pool(options.origin, {
    allowH2: connect.allowH2,
    // When one of several requests on a connection fails, undici repeats the others.
    pipelining: 1,
    // Everything was measured with this parser. UNDICI_USE_MILO would choose the other.
    useMilo: false,
    connections: options.connections,
    headersTimeout: backstopMs,
    bodyTimeout: backstopMs,
    maxResponseSize: options.mostBytes,
    maxHeaderSize: 16_384,
    connect: connector ?? connect,
  });
}
