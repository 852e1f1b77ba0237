import type { FastifyRequest } from 'fastify';

const LINGER_MS = 10_000;

/**
 * Reads and drops the rest of a request that is answered early, such as one that is too large. If
 * the connection were cut at once, the sender would lose the answer.
 */
export function lingerOn({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  raw.resume();
  const cut = setTimeout(() => raw.destroy(), LINGER_MS).unref();
  raw.once('close', () => clearTimeout(cut));
}
