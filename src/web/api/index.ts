import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { WebContext } from '../context.ts';
import { lingerOn } from '../linger.ts';
import { nowhere } from '../methods.ts';
import { problemOf, tell } from '../problem.ts';
import { accountRoutes } from './accounts.ts';
import { addDocument } from './document.ts';
import { eventRoutes } from './events.ts';
import { planRoutes } from './plans.ts';
import { resultRoutes } from './results.ts';
import { steerRoutes } from './steer.ts';
import { submitRoutes } from './submit.ts';
import { unknownRoutes } from './unknown.ts';
import { inApiWords } from './words.ts';

/** All the command line can do with plans, over HTTP; to be registered under /api. */
export async function addApi(
  app: FastifyInstance,
  { context }: { context: WebContext },
): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    lingerOn(request);
    const problem = problemOf(error, context.log.child({ request: request.id }));
    return tell(reply, { ...problem, message: inApiWords(problem.message, request.headers) });
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw nowhere(method, url.split('?')[0]!);
  });
  // A name in the query that is not known is a slip, and would be passed over without a word.
  app.addHook('onRoute', (route) => {
    route.schema = { querystring: z.strictObject({}), ...route.schema };
  });
  await addDocument(app, context);
  for (const routes of [
    submitRoutes,
    planRoutes,
    eventRoutes,
    steerRoutes,
    resultRoutes,
    unknownRoutes,
    accountRoutes,
  ]) {
    await app.register(routes, { context });
  }
}
