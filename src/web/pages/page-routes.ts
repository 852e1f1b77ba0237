import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Asked } from '../asked.ts';
import type { WebContext } from '../context.ts';
import type { Needed } from '../security/roles.ts';

type Answer = (asked: Asked) => unknown;

/** Adds routes of pages, each for those who have its role. */
export function pageRoutes(app: FastifyInstance, context: WebContext) {
  const adding =
    (method: 'GET' | 'POST') =>
    (role: Needed, url: string, answer: Answer, options: { bodyLimit?: number } = {}): void => {
      const handler = (request: FastifyRequest, reply: FastifyReply) =>
        answer({ request, reply, context });
      app.route({ method, url, config: { role }, ...options, handler });
    };
  return { get: adding('GET'), post: adding('POST') };
}

export const sendPage = ({ reply }: Asked, page: string): FastifyReply =>
  reply.type('text/html').send(page);
