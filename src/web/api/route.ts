import type { FastifyInstance, FastifyReply, HTTPMethods, RouteOptions } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../documents/index.ts';
import type { Role } from '../../people/index.ts';
import type { Asked, WebContext } from '../context.ts';
import { problems } from './requests.ts';

/** A route under /api: who may ask for it, its part of the document, and its answer. */
export type ApiRoute = Omit<RouteOptions, 'handler'> & { answer(asked: Asked): unknown };

/** By status: the schema of an answer, or what a file is. */
type Responses = Record<number, z.ZodType | { description: string; content: object }>;

/** A document by one of these schemas, or what has been sent already. */
type Answer<R extends Responses> =
  | FastifyReply
  | { [Status in keyof R]: R[Status] extends z.ZodType ? z.output<R[Status]> : never }[keyof R];

type Description<P, Q, B, H, R extends Responses> = {
  summary: string;
  description?: string;
  consumes?: string[];
  params?: z.ZodType<P>;
  /** Without one, a query is refused: it is a mistake. */
  querystring?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  headers?: z.ZodType<H>;
  /** Without one, that of all bodies. */
  bodyLimit?: number;
  response: R;
  /** Errors that the route describes more closely, by status. */
  errors?: Record<number, { schema: z.ZodType; description: string }>;
  answer(asked: Asked<P, Q, B, H>): Answer<R> | Promise<Answer<R>>;
};

/** Any of these routes may also answer with a problem, so `response` need not list one. */
export const routesOf =
  (tag: string) =>
  <P, Q, B, H, R extends Responses>(
    role: Role,
    operationId: string,
    address: `${HTTPMethods} /${string}`,
    { answer, bodyLimit, errors = {}, ...schema }: Description<P, Q, B, H, R>,
  ): ApiRoute => {
    const [method, url] = address.split(' ') as [HTTPMethods, string];
    // An error that its closer description does not know is a problem like any other.
    const closer = Object.entries(errors).map(([status, { schema, description }]) => [
      status,
      z.union([schema, Problem]).describe(description),
    ]);
    const response = { ...schema.response, ...problems, ...Object.fromEntries(closer) };
    return {
      ...{ method, url, config: { role }, answer, ...(bodyLimit && { bodyLimit }) },
      schema: { tags: [tag], operationId, querystring: z.strictObject({}), ...schema, response },
    };
  };

export function addRoutes(app: FastifyInstance, context: WebContext, routes: ApiRoute[]): void {
  for (const { answer, ...route } of routes)
    app.route({ ...route, handler: (request, reply) => answer({ context, request, reply }) });
}
