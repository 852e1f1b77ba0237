import { fileURLToPath } from 'node:url';
import formbody from '@fastify/formbody';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { lingerOn } from '../linger.ts';
import { nowhere } from '../methods.ts';
import { problemOf } from '../problem.ts';
import { addAccounts } from './accounts/routes.ts';
import { ASSETS, ASSETS_FOLDER } from './assets.ts';
import { addUploads } from './new-plan/routes.ts';
import { addPlan } from './plan/routes.ts';
import { addPlans } from './plans/routes.ts';
import { problemPage } from './problem/page.ts';
import { addUnknown } from './unknown/routes.ts';
import { addWaysBack } from './ways-back.ts';

export { ASSETS };

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** Of files whose address stays when they change. */
const FRESH = { immutable: false, maxAge: 0 };

/**
 * The pages, made on the server: links and forms that work without scripts, and the files that the
 * pages load. What is pressed is noted under the name that signed in, or that was typed.
 */
export async function addPages(app: FastifyInstance, context: WebContext): Promise<void> {
  await app.register(formbody, { bodyLimit: 64 * 1024 });
  await app.register(staticFiles, {
    root: ASSETS_FOLDER,
    prefix: ASSETS,
    index: false,
    immutable: true,
    maxAge: '1y',
    // Nobody goes on with a part of them, and what is compressed has no parts.
    acceptRanges: false,
  });
  app.get('/example.csv', (_request, reply) => reply.sendFile('first-plan.csv', EXAMPLES, FRESH));
  app.get('/favicon.ico', (_request, reply) => reply.sendFile('favicon.svg', FRESH));

  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, context.log.child({ request: request.id }));
    lingerOn(request);
    return reply.status(problem.status).type('text/html').send(problemPage(problem));
  });
  // Also asked for a file that is not there.
  app.setNotFoundHandler(({ method, url }) => {
    throw nowhere(method, url.split('?')[0]!);
  });

  addPlans(app, context);
  await addUploads(app, context);
  addPlan(app, context);
  addUnknown(app, context);
  addAccounts(app, context);
  addWaysBack(app);
}
