import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Role } from '../../people/index.ts';
import type { WebContext } from '../context.ts';
import { problems } from './requests.ts';

/** A group of routes, which are added under /api. */
export type ApiRoutes = FastifyPluginAsyncZod<{ context: WebContext }>;

/**
 * What the routes of a group say of themselves: who may ask for one, and its part of the document.
 * Any of them may also answer with a problem.
 */
export const routesOf =
  (tag: string) =>
  <Schema extends { summary: string; response: object }>(
    role: Role,
    operationId: string,
    schema: Schema,
  ) => ({
    config: { role },
    schema: {
      tags: [tag],
      operationId,
      ...schema,
      response: { ...schema.response, ...problems },
    },
  });
