import type { FastifyInstance } from 'fastify';

/**
 * Drops connections that stop sending in the middle of a body. Only while one is being received:
 * answers may take their time, and event streams have no end.
 */
export function dropStalled(app: FastifyInstance, stallMs: number): void {
  app.addHook('onRequest', async ({ raw }) => {
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length']) > 0;
    if (!hasBody) return;
    raw.setTimeout(stallMs, () => raw.destroy());
    raw.once('end', () => raw.setTimeout(0));
  });
}
