import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import {
  acceptVerdicts,
  clearVerdicts,
  findPlan,
  planEvents,
  planOf,
  settlements,
  unknownCounts,
  unknownOrders,
} from '../../../ledger/index.ts';
import { readSettlement, settle } from '../../../operations/index.ts';
import { actor } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import type { Refused } from '../components/act.ts';
import { eventSentence } from '../components/events.ts';
import { counted } from '../components/numbers.ts';
import { exact } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { visitOf } from '../visit.ts';
import { unknownPage } from './page.ts';

const PER_PAGE = 20;

const Id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const Optional = Id.optional().catch(undefined);
const Query = z.object({
  plan: Optional,
  order: Optional,
  after: Optional,
  settled: Optional,
  late: Optional,
  accepted: Optional,
});
const Form = z.object({
  by: z.string().trim().max(100).catch(''),
  why: z.string().trim().max(1000).catch(''),
  /** Which attempt was on the page; it may have been sent again since. */
  attempt: Optional,
  againstEvidence: z.literal('true').optional().catch(undefined),
  plan: Optional,
  /** How many clear verdicts were on the page. */
  verdicts: z.coerce.number().catch(-1),
  more: z.string().trim().max(1000).catch(''),
  /** One checked box is a text, several are a list. */
  number: z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]),
});

/** `/unknown` and its forms: nobody but a named person, with a reason, settles an order here. */
export function addUnknown(app: FastifyInstance, context: WebContext): void {
  app.get('/unknown', (request, reply) =>
    send(request, reply, context, Query.parse(request.query)),
  );

  for (const way of ['bought', 'nothing'] as const) {
    app.post(`/unknown/:order/${way}`, async (request, reply) => {
      const order = orderOf(request);
      const form = Form.parse(request.body ?? {});
      const { by, why, more, number, attempt, plan } = form;
      const filter = plan === undefined ? '' : `plan=${plan}&`;
      const refuse = (status: number, fault: string, objections?: string[]) => {
        const typed = { by, why, more, numbers: number.join(' ') };
        const refused = { form: `${way}-${order}`, fault, typed, objections };
        return send(request, reply.status(status), context, { order, plan }, { refused });
      };
      if (by === '') return refuse(400, 'Say who you are.');
      if (why === '') return refuse(400, 'Say what you looked at.');
      try {
        const bought = [...number, more].filter(Boolean).join(',');
        const said = {
          ...(way === 'nothing' ? { nothing: true as const } : { bought }),
          ...{ attempt, againstEvidence: form.againstEvidence !== undefined },
          ...{ by: actor(request, context, by), why },
        };
        await settle(context.ledger, order, readSettlement(said));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (hasCode(error, 'against_evidence')) {
          const { objections } = error.details;
          return refuse(409, 'This was not settled, for something speaks against it.', objections);
        }
        if (!['invalid_usage', 'wrong_state'].includes(error.code)) throw error;
        const [still] = await unknownOrders(context.ledger, { after: order - 1, limit: 1 });
        if (still?.order !== order) return reply.redirect(`/unknown?${filter}late=${order}`, 303);
        return refuse(error.code === 'invalid_usage' ? 400 : 409, error.message);
      }
      return reply.redirect(`/unknown?${filter}settled=${order}`, 303);
    });
  }

  app.post('/unknown/:order/undo', (request, reply) => undo(request, reply, context));
  app.post('/unknown/accept', (request, reply) => acceptAll(request, reply, context));
}

function orderOf({ params }: FastifyRequest): number {
  const order = Id.safeParse((params as { order: string }).order).data;
  if (order === undefined) throw new AppError('not_found', 'There is no such order here.');
  return order;
}

/** Takes back what an order was settled as, and leads to the order, which can be settled anew. */
async function undo(request: FastifyRequest, reply: FastifyReply, context: WebContext) {
  const order = orderOf(request);
  const { by, why } = Form.parse(request.body ?? {});
  const refuse = (status: number, fault: string) => {
    const refused = { form: `undo-${order}`, fault, typed: { by, why } };
    return send(request, reply.status(status), context, { plan: planOf(order) }, { refused });
  };
  if (why === '') return refuse(400, 'Say what was wrong.');
  if (by === '') return refuse(400, 'Say who you are.');
  try {
    const who = actor(request, context, by);
    await settle(context.ledger, order, { undo: true, by: { who, why } });
  } catch (error) {
    if (!hasCode(error, 'wrong_state')) throw error;
    // Its form is gone with the settlement, so the page says it above all else.
    const fault = html`<b>${error.message}</b> Nothing was changed.`;
    return send(request, reply.status(409), context, { plan: planOf(order) }, { fault });
  }
  return reply.redirect(`/unknown?order=${order}`, 303);
}

/** Accepts all clear verdicts, as many as were on the page: of others nobody has seen the evidence. */
async function acceptAll(request: FastifyRequest, reply: FastifyReply, context: WebContext) {
  const { by, why, plan, verdicts } = Form.parse(request.body ?? {});
  if (by === '') {
    const refused = { form: 'accept-all', fault: 'Say who you are.', typed: { by } };
    return send(request, reply.status(400), context, { plan }, { refused });
  }
  const there = await clearVerdicts(context.ledger, { planId: plan });
  if (there.length !== verdicts) {
    const fault = html`<b>The verdicts have changed since you looked.</b> Nothing was changed. Look again, then accept them.`;
    return send(request, reply.status(409), context, { plan }, { fault });
  }
  const who = actor(request, context, by);
  const { settled } = await acceptVerdicts(context.ledger, { planId: plan }, { who, why });
  const query = plan === undefined ? '' : `plan=${plan}&`;
  return reply.redirect(`/unknown?${query}accepted=${settled.length}`, 303);
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  query: z.infer<typeof Query>,
  { refused, fault }: { refused?: Refused; fault?: Html } = {},
): Promise<FastifyReply> {
  const { ledger } = context;
  const { plan, order, settled, late, accepted } = query;
  const isOne = order !== undefined;
  // An order's own page begins just before it and has room for no other.
  const after = isOne ? order - 1 : query.after;
  const limit = isOne ? 1 : PER_PAGE;
  const [visit, counts, verdicts, lately, found] = await Promise.all([
    visitOf(request, context),
    unknownCounts(ledger),
    clearVerdicts(ledger, { planId: plan }),
    settlements(ledger, { planId: plan }),
    unknownOrders(ledger, { planId: plan, ...(after ? { after } : {}), limit: limit + 1 }),
  ]);
  const orders = found.slice(0, limit).filter((each) => !isOne || each.order === order);
  const ids = [...new Set(orders.map((each) => each.plan))];
  const plans = new Map(
    await Promise.all(ids.map(async (id) => [id, await findPlan(ledger, id)] as const)),
  );
  const next = !isOne && found.length > limit ? (orders.at(-1)?.order ?? null) : null;
  const isGone = isOne && orders.length === 0;
  const page = {
    counts,
    verdicts,
    lately,
    orders,
    plans,
    plan: plan ?? null,
    isOne,
    next,
    refused,
    said: settled ? await settlement(context, settled, visit.now) : acceptedWords(accepted),
    fault: late || isGone ? await tooLate(context, (late ?? order)!, visit.now) : fault,
  };
  return reply.type('text/html').send(unknownPage(visit, page));
}

function acceptedWords(orders: number | undefined): Html | undefined {
  if (orders === undefined) return undefined;
  return html`${counted(orders, 'order')} settled by ${orders === 1 ? 'its verdict' : 'their verdicts'}.`;
}

/** Who settled it, when and how; undefined when nobody did. */
async function settlement(
  { ledger }: WebContext,
  order: number,
  now: Date,
): Promise<Html | undefined> {
  const planId = planOf(order);
  if (planId > 2_147_483_647) return undefined;
  const events = await planEvents(ledger, planId, 200);
  const event = events.find(({ kind, orderId }) => kind === 'order_settled' && orderId === order);
  return event && html`${exact(event.at, now)}: ${eventSentence(event)}`;
}

async function tooLate(context: WebContext, order: number, now: Date): Promise<Html> {
  const how = await settlement(context, order, now);
  return html`<b>This order is not unknown any more.</b> ${how ?? 'A late answer has settled it, or there is no such order.'} Nothing was changed.`;
}
