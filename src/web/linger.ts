import type { FastifyRequest } from 'fastify';

const LINGER_MS = 10_000;

/**
 * For an answer that comes before its request has been read, as to one that is too large: the rest
 * is read and forgotten for a moment. A connection that is cut at once takes the answer with it,
 * and the sender only learns that it broke off.
 */
export function lingerOn({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  raw.resume();
  const cut = setTimeout(() => raw.destroy(), LINGER_MS).unref();
  raw.once('close', () => clearTimeout(cut));
}
