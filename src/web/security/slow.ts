import type { FastifyInstance } from 'fastify';

/**
 * Drops connections that stop: in the middle of a body that they send, or of an answer that nobody
 * reads. While it is we who take our time, and have nothing to be read, they stay: answers may take
 * theirs, and event streams have no end.
 */
export function dropStalled(app: FastifyInstance, stallMs: number): void {
  app.addHook('onRequest', async ({ raw: request }, { raw: response }) => {
    response.setTimeout(stallMs, () => {
      if (!request.complete || response.writableLength > 0) response.destroy();
    });
  });
}
