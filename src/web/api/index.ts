import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { AppError } from '../../errors.ts';
import type { Desk } from '../desk.ts';
import { accountRoutes } from './accounts.ts';
import { addDocument } from './document.ts';
import { eventRoutes } from './events.ts';
import { planRoutes } from './plans.ts';
import { resultRoutes } from './results.ts';
import { steerRoutes } from './steer.ts';
import { submitRoutes } from './submit.ts';
import { unknownRoutes } from './unknown.ts';

/** All the command line can do with plans, over HTTP; to be registered under /api. */
export async function addApi(app: FastifyInstance, { desk }: { desk: Desk }): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setNotFoundHandler((request) => {
    const what = `${request.method} ${request.url.split('?')[0]}`;
    throw new AppError('not_found', `There is no ${what}. /api shows what there is.`);
  });
  await addDocument(app, desk);
  for (const routes of [
    submitRoutes,
    planRoutes,
    eventRoutes,
    steerRoutes,
    resultRoutes,
    unknownRoutes,
    accountRoutes,
  ]) {
    await app.register(routes, { desk });
  }
}
