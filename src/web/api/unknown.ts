import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import {
  acceptProposal,
  findPlan,
  readPhoneNumbers,
  settleOrder,
  unknownCounts,
  unknownOrders,
} from '../../ledger/index.ts';
import { actor } from '../actor.ts';
import type { Desk } from '../desk.ts';
import {
  afterId,
  BODY,
  by,
  orderNumber,
  pageSize,
  phoneNumbers,
  planId,
  problems,
} from './requests.ts';
import { Settled, UnknownList } from './schemas.ts';

/** What nobody knows, and a person's word on it. */
export const unknownRoutes: FastifyPluginAsyncZod<{ desk: Desk }> = async (app, { desk }) => {
  const { ledger } = desk;

  app.get(
    '/unknown',
    {
      schema: {
        tags: ['Unknown'],
        summary: 'Orders of which nobody knows whether they bought anything, oldest first',
        querystring: z.object({
          plan: planId.shape.id.optional().describe('only those of this plan'),
          after: afterId.optional().describe('`next` of the page before'),
          limit: pageSize(1000),
        }),
        response: { 200: UnknownList, ...problems },
      },
    },
    async ({ query: { plan, after = 0, limit } }) => {
      if (plan !== undefined) await findPlan(ledger, plan);
      const found = await unknownOrders(ledger, { planId: plan, after, limit: limit + 1 });
      const orders = found.slice(0, limit);
      const next = found.length > limit ? (orders.at(-1)?.order ?? null) : null;
      return { total: (await unknownCounts(ledger)).orders, orders, next };
    },
  );

  app.post(
    '/orders/:order/settle',
    {
      schema: {
        tags: ['Unknown'],
        summary: 'Says what became of an unknown order, as a named person with a reason',
        description:
          'One of `bought`, `nothing` and `accept`. After `nothing` the order waits and is sent again: if it did buy after all, its numbers are bought twice.',
        params: orderNumber,
        body: z.object(
          {
            bought: phoneNumbers.optional().describe('the numbers that it bought, ten digits each'),
            nothing: z.literal(true).optional().describe('it bought nothing, and waits again'),
            accept: z.literal(true).optional().describe('the verdict that was proposed holds'),
            attempt: z
              .int()
              .positive()
              .optional()
              .describe('the attempt that was looked at: of a later one nothing is said'),
            ...by,
          },
          BODY,
        ),
        response: { 200: Settled, ...problems },
      },
    },
    async (request) => {
      const { body, params, signedIn } = request;
      const { bought, nothing, accept, why, attempt } = body;
      if ([bought, nothing, accept].filter((each) => each !== undefined).length !== 1) {
        throw new AppError('wrong_use', 'Say one of bought, nothing and accept.');
      }
      if (!body.by && !signedIn) {
        throw new AppError('wrong_use', 'Say who you are: by. It is kept.');
      }
      const who = actor(request, desk, body.by);
      if (accept) return acceptProposal(ledger, params.order, { who, why });
      if (!why) throw new AppError('wrong_use', 'Say what you looked at: why. It is kept.');
      const finding = bought
        ? { bought: readPhoneNumbers(bought.join(',')) }
        : { nothing: true as const };
      return settleOrder(ledger, params.order, finding, { who, why }, { attempt });
    },
  );
};
