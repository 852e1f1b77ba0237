import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../../documents/index.ts';
import type { Role } from '../../people/index.ts';
import type { WebContext } from '../context.ts';
import { problems } from './requests.ts';

/** A group of routes, which are added under /api. */
export type ApiRoutes = FastifyPluginAsyncZod<{ context: WebContext }>;

/** Errors that a route describes more closely, by status. */
type Errors = Record<number, { schema: z.ZodType; description: string }>;

/**
 * What the routes of a group say of themselves: who may ask for one, and its part of the document.
 * Any of them may also answer with a problem, so `response` need not list any.
 */
export const routesOf =
  (tag: string) =>
  <Schema extends { summary: string; response: object }>(
    role: Role,
    operationId: string,
    schema: Schema,
    errors: Errors = {},
  ) => ({
    config: { role },
    schema: {
      tags: [tag],
      operationId,
      ...schema,
      response: { ...schema.response, ...problems, ...orProblem(errors) },
    },
  });

/** An error that its closer description does not know is a problem like any other. */
function orProblem(errors: Errors): object {
  return Object.fromEntries(
    Object.entries(errors).map(([status, { schema, description }]) => [
      status,
      z.union([schema, Problem]).describe(description),
    ]),
  );
}
