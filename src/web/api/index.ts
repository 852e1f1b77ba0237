import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { nowhere } from '../methods.ts';
import { answerProblems, tell } from '../problem.ts';
import { acceptUploads } from '../uploads.ts';
import { accountRoutes } from './accounts.ts';
import { approvalRoutes } from './approvals.ts';
import { addDocument } from './document.ts';
import { addEvents } from './events.ts';
import { planRoutes } from './plans.ts';
import { resultRoutes } from './results.ts';
import { addRoutes } from './route.ts';
import { steerRoutes } from './steer.ts';
import { strayRoutes } from './strays.ts';
import { submitRoutes } from './submit.ts';
import { tokenRoutes } from './tokens.ts';
import { unknownRoutes } from './unknown.ts';
import { inApiWords } from './words.ts';

export async function addApi(
  app: FastifyInstance,
  { context }: { context: WebContext },
): Promise<void> {
  answerProblems(app, context.log, (reply, problem, { headers }) =>
    tell(reply, { ...problem, message: inApiWords(problem.message, headers) }),
  );
  app.setNotFoundHandler(({ method, url }) => {
    throw nowhere(method, url.split('?')[0]!);
  });
  await addDocument(app, context);
  await app.register(async (scope) => {
    await acceptUploads(scope);
    addRoutes(scope, context, submitRoutes);
  });
  addEvents(app, context);
  addRoutes(app, context, [
    ...planRoutes,
    ...steerRoutes,
    ...resultRoutes,
    ...unknownRoutes,
    ...accountRoutes,
    ...strayRoutes,
    ...approvalRoutes,
    ...tokenRoutes,
  ]);
}
