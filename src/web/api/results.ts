import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { findPlan } from '../../ledger/index.ts';
import { RESULT_NAMES, resultFile } from '../../report/index.ts';
import type { Desk } from '../desk.ts';
import { planId, problems } from './requests.ts';

/** The six result files, made while they are sent: no file is opened, whatever a request names. */
export const resultRoutes: FastifyPluginAsyncZod<{ desk: Desk }> = async (app, { desk }) => {
  for (const name of RESULT_NAMES) {
    const type = name.endsWith('.json') ? 'application/json' : 'text/csv';
    app.get(
      `/plans/:id/${name}`,
      {
        schema: {
          tags: ['Results'],
          summary: `The plan's ${name} as it is now`,
          params: planId,
          response: {
            200: { description: 'the file', content: { [type]: { schema: z.any() } } },
            ...problems,
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        await findPlan(desk.ledger, id);
        const isWanted = request.method === 'GET';
        const file = Readable.from(isWanted ? resultFile(desk.ledger, id, name) : []);
        file.on('error', (error) =>
          desk.log.error({ err: error, plan: id, name }, 'a result file broke off'),
        );
        return reply
          .header('content-type', `${type}; charset=utf-8`)
          .header('content-disposition', `attachment; filename="plan-${id}-${name}"`)
          .send(file);
      },
    );
  }
};
