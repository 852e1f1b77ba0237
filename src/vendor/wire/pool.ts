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

/** How undici connects. Its own timers are coarse: 100 ms asked, 1010 ms got. */
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
 * along. undici reads no proxy from the environment; a proxy may repeat a GET too.
 */
export function openPool(options: PoolOptions, connector?: buildConnector.connector): Pool {
  // The callers have exact timers.
  const backstopMs = options.timeoutMs + 5_000;
  const connect = connectOptions(options);
  return new Pool(options.origin, {
    allowH2: connect.allowH2,
    // Of several requests on a connection, undici repeats the others when one fails.
    pipelining: 1,
    // All measurements are with this parser; UNDICI_USE_MILO would choose the other.
    useMilo: false,
    connections: options.connections,
    headersTimeout: backstopMs,
    bodyTimeout: backstopMs,
    maxResponseSize: options.mostBytes,
    maxHeaderSize: 16_384,
    connect: connector ?? connect,
  });
}
