import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Accepted, Settled, UnknownList } from '../../api-schema/index.ts';
import { acceptVerdicts, findPlan, unknownCounts, unknownOrders } from '../../ledger/index.ts';
import { readSettlement, requireNamed, settle } from '../../operations/index.ts';
import { actor } from '../actor.ts';
import type { WebContext } from '../context.ts';
import { linkPages } from './links.ts';
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

/** Unknown orders, and settling them. */
export const unknownRoutes: FastifyPluginAsyncZod<{ context: WebContext }> = async (
  app,
  { context },
) => {
  const { ledger } = context;

  app.get(
    '/unknown',
    {
      config: { role: 'view' },
      schema: {
        tags: ['Unknown'],
        operationId: 'listUnknown',
        summary: 'Orders that may have bought something, oldest first',
        querystring: z.strictObject({
          plan: planId.shape.id.optional().describe('only those of this plan'),
          after: afterId.optional().describe('`next` of the page before'),
          limit: pageSize(1000),
        }),
        response: { 200: UnknownList, ...problems },
      },
    },
    async (request, reply) => {
      const { plan, after = 0, limit } = request.query;
      if (plan !== undefined) await findPlan(ledger, plan);
      const found = await unknownOrders(ledger, { planId: plan, after, limit: limit + 1 });
      const orders = found.slice(0, limit);
      const next = found.length > limit ? (orders.at(-1)?.order ?? null) : null;
      linkPages(request, reply, [{ rel: 'next', name: 'after', value: next }]);
      return { total: (await unknownCounts(ledger)).orders, orders, next };
    },
  );

  app.post(
    '/orders/:order/settle',
    {
      config: { role: 'submit' },
      schema: {
        tags: ['Unknown'],
        operationId: 'settleOrder',
        summary: 'Settles an unknown order, or takes that back, as a named person',
        description:
          'One of `bought`, `nothing`, `accept` and `undo`. After `nothing` the order waits and ' +
          'is sent again: if it did buy after all, its numbers are bought twice. When the ' +
          'evidence speaks against it, the answer is `against_evidence` with its `objections`, ' +
          'unless `againstEvidence` is true. `undo` makes a settled order unknown again, until ' +
          'it has ' +
          'been sent again.',
        params: orderNumber,
        body: z.strictObject(
          {
            bought: phoneNumbers.optional().describe('the numbers that it bought, ten digits each'),
            nothing: z.literal(true).optional().describe('it bought nothing, and waits again'),
            accept: z.literal(true).optional().describe('the proposed verdict is right'),
            undo: z.literal(true).optional().describe('the settlement was a mistake'),
            againstEvidence: z.boolean().optional().describe('settle it against the evidence'),
            attempt: z
              .int()
              .positive()
              .optional()
              .describe('the attempt that was looked at; a later one is not settled'),
            ...by,
          },
          BODY,
        ),
        response: { 200: Settled, ...problems },
      },
    },
    async (request) => {
      const { bought, by, ...said } = request.body;
      const settlement = readSettlement({ ...said, bought: bought?.join(',') }, actor(request, by));
      return settle(ledger, request.params.order, settlement);
    },
  );

  app.post(
    '/unknown/accept',
    {
      config: { role: 'submit' },
      schema: {
        tags: ['Unknown'],
        operationId: 'acceptVerdicts',
        summary: 'Accepts all clear verdicts on unknown orders, as a named person',
        description:
          'As `accept` does for one order. Without a clear verdict, an order stays unknown.',
        body: z.strictObject(
          {
            plan: planId.shape.id.optional().describe('only those of this plan'),
            ...by,
          },
          BODY,
        ),
        response: { 200: Accepted, ...problems },
      },
    },
    async (request) => {
      const { plan, by, why } = request.body;
      const signer = requireNamed(actor(request, by));
      if (plan !== undefined) await findPlan(ledger, plan);
      return acceptVerdicts(ledger, { planId: plan }, { ...signer, why });
    },
  );
};
