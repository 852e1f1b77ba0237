import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebContext } from './context.ts';

/** A request, as its route's schemas read it, and what answers it. */
export type Asked<Params = unknown, Query = unknown, Body = unknown, Headers = unknown> = {
  context: WebContext;
  request: FastifyRequest<{ Params: Params; Querystring: Query; Body: Body; Headers: Headers }>;
  reply: FastifyReply;
};
