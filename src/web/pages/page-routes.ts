import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { INTEGER_MAX } from '../../ledger/index.ts';
import type { Asked, WebContext } from '../context.ts';
import type { Needed } from '../security/roles.ts';

type Answer = (asked: Asked) => unknown;

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

/** A text from a query or a form, without blanks around it; a bad one counts as left out. */
export const typedText = (maxLength: number) => z.string().trim().max(maxLength).catch('');

/** Ticked boxes of numbers: one is a text, several are a list. */
export const typedNumbers = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .catch([]);

/** What the page showed, by its name; none names nothing, and then nothing is as it was shown. */
export const SEEN = z.string().catch('');

/** An id from a query or a form; a bad one counts as left out. */
export const typedId = (max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(max).optional().catch(undefined);

export const inPath = ({ params }: FastifyRequest, name: string): string =>
  (params as Record<string, string>)[name] ?? '';

/** The id in a path. Throws AppError `not_found`, which names what the path is of. */
export function idInPath(
  request: FastifyRequest,
  what: string,
  { name = 'id', max = INTEGER_MAX } = {},
): number {
  const text = inPath(request, name);
  const id = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (id > 0 && id <= max) return id;
  throw new AppError('not_found', `There is no such ${what} here.`);
}
