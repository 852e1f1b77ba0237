import { join } from 'node:path';
import formbody from '@fastify/formbody';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { OWN_FOLDER } from '../../own-folder.ts';
import type { WebContext } from '../context.ts';
import { nowhere } from '../methods.ts';
import { answerProblems } from '../problem.ts';
import type { Authenticator } from '../security/authenticator.ts';
import { type Needed, roleOfAll } from '../security/roles.ts';
import { addAccounts } from './accounts/routes.ts';
import { addApprovals } from './approvals/routes.ts';
import { ASSETS, ASSETS_FOLDER } from './assets.ts';
import { pageText } from './components/page-text.ts';
import { addNewPlan } from './new-plan/routes.ts';
import { addPlan } from './plan/routes.ts';
import { addPlans } from './plans/routes.ts';
import { problemPage } from './problem/page.ts';
import { addSignIn } from './sign-in/routes.ts';
import { addUnknown } from './unknown/routes.ts';
import { addWaysBack } from './ways-back.ts';

export { ASSETS, problemPage };

const EXAMPLES = join(OWN_FOLDER, '../examples');

/** For files whose address stays when they change. */
const FRESH = { immutable: false, maxAge: 0 };

/**
 * The pages, made on the server, and the files that they load. Links and forms work without
 * scripts. A press of a button is recorded under the name that was typed, or that signed in.
 */
export async function addPages(
  app: FastifyInstance,
  context: WebContext,
  authenticator: Authenticator,
): Promise<void> {
  // A form and nothing else: what else a page is sent has no fields.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  await app.register(formbody, { bodyLimit: 64 * 1024 });
  await addFiles(app, authenticator.hasSignInPage ? 'anyone' : 'view');
  answerProblems(app, context.log, (reply, problem) => {
    const page = problemPage({ ...problem, message: pageText(problem.message) });
    return reply.status(problem.status).type('text/html').send(page);
  });
  // Also called for a file that does not exist.
  app.setNotFoundHandler(({ method, url }) => {
    throw nowhere(method, url.split('?')[0]!);
  });

  addPlans(app, context);
  await addNewPlan(app, context);
  addPlan(app, context);
  addUnknown(app, context);
  addApprovals(app, context);
  addAccounts(app, context);
  addWaysBack(app);
  if (authenticator.hasSignInPage) addSignIn(app, authenticator);
}

/**
 * What pages load is the same for all, and the page to sign in on needs it, too. `role`: who may
 * see some page, which has the icon.
 */
async function addFiles(app: FastifyInstance, role: Needed): Promise<void> {
  // For files that routes of their own send.
  await app.register(staticFiles, { root: ASSETS_FOLDER, serve: false });
  app.get('/example.csv', { config: { role: 'view' } }, (_request, reply) =>
    reply.sendFile('first-plan.csv', EXAMPLES, FRESH),
  );
  app.get('/favicon.ico', { config: { role } }, (_request, reply) =>
    reply.sendFile('favicon.svg', FRESH),
  );
  await app.register(async (scope) => {
    roleOfAll(scope, 'anyone');
    await scope.register(staticFiles, {
      root: ASSETS_FOLDER,
      prefix: ASSETS,
      decorateReply: false,
      index: false,
      immutable: true,
      maxAge: '1y',
      // Compressed files have no ranges, and no browser asks for one.
      acceptRanges: false,
    });
  });
}
