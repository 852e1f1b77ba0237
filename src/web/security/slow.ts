import type { FastifyInstance } from 'fastify';

/**
 * Drops connections that stop in the middle of a body, or that do not read their answer. They stay
 * while the server has nothing to send: an answer may take long, and event streams have no end.
 */
export function dropStalled(app: FastifyInstance, stallMs: number): void {
  app.addHook('onRequest', async ({ raw: request }, { raw: response }) => {
    response.setTimeout(stallMs, () => {
      if (!request.complete || response.writableLength > 0) response.destroy();
    });
  });
}
