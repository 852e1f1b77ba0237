import { z } from 'zod';
import {
  Accepted,
  OpenList,
  Settled,
  time,
  UnknownList,
  VerdictList,
} from '../../documents/index.ts';
import {
  acceptVerdicts,
  clearVerdicts,
  findPlan,
  unknownCounts,
  unknownOrders,
  verdictCounts,
} from '../../ledger/index.ts';
import { openLines, readSettlement, requireNamed, settle } from '../../operations/index.ts';
import { actor } from '../actor.ts';
import { linkPages, pageOf } from './links.ts';
import { afterId, orderNumber, pageSize, phoneNumbers, planId, signedBody } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';
import { inApiWords } from './words.ts';

const route = routesOf('Unknown');

/** Verdicts in one request: they are settled long before a caller gives up. */
const MOST_AT_ONCE = 1_000;

/** A page of what is unknown, of one plan or of all. */
const page = (most: number) =>
  z.strictObject({
    plan: planId.shape.id.optional().describe('only those of this plan'),
    after: afterId.optional().describe('`next` of the page before'),
    limit: pageSize(most),
  });

const attempt = z
  .int()
  .positive()
  .describe('the attempt that was looked at; a later one is not touched');

const verdictName = z.string().max(100);

export const unknownRoutes: ApiRoute[] = [
  route('view', 'listUnknown', 'GET /unknown', {
    summary: 'Orders that may have bought something, oldest first',
    querystring: page(1000),
    response: { 200: UnknownList },
    async answer(asked) {
      const { ledger } = asked.context;
      const { plan, after = 0, limit } = asked.request.query;
      if (plan !== undefined) await findPlan(ledger, plan);
      const found = await unknownOrders(ledger, { planId: plan, after, limit: limit + 1 });
      const { items: orders, next } = pageOf(asked, found, limit, ({ order }) => order);
      return { total: (await unknownCounts(ledger)).orders, orders, next };
    },
  }),
  route('submit', 'settleOrder', 'POST /orders/:order/settle', {
    summary: 'Settles an unknown order, or takes that back, as a named person',
    description:
      'One of `bought`, `nothing`, `accept` and `undo`. After `nothing` the order waits, and ' +
      'is sent again unless its plan is cancelled: if it did buy after all, its numbers are ' +
      'bought twice. When the evidence speaks against it, the answer is `against_evidence` ' +
      'with its `objections`, unless `againstEvidence` is true. `accept` without `verdict` ' +
      'takes only a verdict by which the order has all its numbers: by any other, what it ' +
      'lacks may be asked for again. `undo` makes a settled order unknown again. It is refused ' +
      'once the order has been sent again.',
    params: orderNumber,
    body: signedBody({
      bought: phoneNumbers.optional().describe('the numbers that it bought, ten digits each'),
      nothing: z.literal(true).optional().describe('it bought nothing, and waits again'),
      accept: z.literal(true).optional().describe('the verdict is right'),
      verdict: verdictName
        .optional()
        .describe('with `accept`: the name of the verdict that was looked at; see `listVerdicts`'),
      undo: z.literal(true).optional().describe('the settlement was a mistake'),
      againstEvidence: z.boolean().optional().describe('settle it against the evidence'),
      attempt: attempt.optional(),
      takenBackAt: time
        .nullable()
        .default(null)
        .describe(
          'with `bought` or `nothing`: the `takenBackAt` that you read in `listUnknown`. What ' +
            'was settled and taken back is not settled again without it, or with an older one',
        ),
    }),
    response: { 200: Settled },
    async answer({ context, request }) {
      const { bought, by, ...said } = request.body;
      const settlement = readSettlement({ ...said, bought: bought?.join(',') }, actor(request, by));
      return settle(context.ledger, request.params.order, settlement);
    },
  }),
  route('view', 'listVerdicts', 'GET /unknown/verdicts', {
    summary: 'The clear verdicts on unknown orders, which can be accepted',
    querystring: page(1000),
    response: { 200: VerdictList },
    async answer(asked) {
      const { ledger } = asked.context;
      const { plan: planId, after = 0, limit } = asked.request.query;
      if (planId !== undefined) await findPlan(ledger, planId);
      const found = await clearVerdicts(ledger, { planId }, { after, limit: limit + 1 });
      const { items: verdicts, next } = pageOf(asked, found, limit, ({ order }) => order);
      const { bought, nothing } = await verdictCounts(ledger, { planId });
      return { total: bought + nothing, verdicts, next };
    },
  }),
  route('submit', 'acceptVerdicts', 'POST /unknown/accept', {
    summary: 'Accepts the clear verdicts that were looked at, as a named person',
    description:
      'As `accept` does for one order. Send back `order`, `attempt` and `verdict` of those ' +
      'that were looked at. No other is accepted. What became stale meanwhile is in ' +
      '`left`, each with its reason.',
    body: signedBody({
      verdicts: z
        .array(z.object({ order: orderNumber.shape.order, attempt, verdict: verdictName }), {
          error: 'it must be the list of the verdicts that were looked at',
        })
        .max(MOST_AT_ONCE, `it must have at most ${MOST_AT_ONCE} verdicts`)
        .describe(`at most ${MOST_AT_ONCE}; further fields of each are ignored`),
    }),
    // Several times what they take, for whole verdicts are longer.
    bodyLimit: MOST_AT_ONCE * 4_000,
    response: { 200: Accepted },
    async answer({ context, request }) {
      const { verdicts, by, why } = request.body;
      const signer = { ...requireNamed(actor(request, by)), why };
      const { settled, left } = await acceptVerdicts(context.ledger, verdicts, signer);
      const said = left.map((each) => ({ ...each, why: inApiWords(each.why, request.headers) }));
      return { settled, left: said };
    },
  }),
  route('view', 'listOpen', 'GET /unknown/open', {
    summary:
      'Orders that the list does not decide: by line, with the numbers they could have bought',
    querystring: page(100),
    response: { 200: OpenList },
    async answer(asked) {
      const { plan, after = 0, limit } = asked.request.query;
      const lines = await openLines(asked.context.ledger, plan);
      const next = after + limit < lines.length ? after + limit : null;
      linkPages(asked, { rel: 'next', name: 'after', value: next });
      return { total: lines.length, lines: lines.slice(after, after + limit), next };
    },
  }),
];
