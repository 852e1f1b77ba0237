import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import { INTEGER_MAX, planOf, unknownOrders } from '../../../ledger/index.ts';
import { readSettlement, settle } from '../../../operations/index.ts';
import { actor, lacksName } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { NO_NAME } from '../components/act.ts';
import { pageText } from '../components/page-text.ts';
import { html } from '../html.ts';
import { idInPath, typedId, typedNumbers, typedText } from '../typed.ts';
import { addAccept } from './accept-routes.ts';
import { addOpen } from './open-page.ts';
import { Query, sendUnknown } from './send.ts';

const Form = z.object({
  by: typedText(100),
  why: typedText(1000),
  /** The attempt that the page showed; the order may have been sent again since. */
  attempt: typedId(),
  againstEvidence: z.literal('true').optional().catch(undefined),
  plan: typedId(INTEGER_MAX),
  more: typedText(1000),
  number: typedNumbers,
});

/** `/unknown` and its forms. Only a named person, with a reason, settles an order here. */
export function addUnknown(app: FastifyInstance, context: WebContext): void {
  app.get('/unknown', { config: { role: 'view' } }, (request, reply) =>
    sendUnknown(request, reply, context, Query.parse(request.query)),
  );
  for (const way of ['bought', 'nothing'] as const) {
    app.post(`/unknown/:order/${way}`, { config: { role: 'submit' } }, (request, reply) =>
      settleAs(way, request, reply, context),
    );
  }
  app.post('/unknown/:order/undo', { config: { role: 'submit' } }, (request, reply) =>
    undo(request, reply, context),
  );
  addAccept(app, context);
  addOpen(app, context);
}

const orderOf = ({ params }: FastifyRequest): number =>
  idInPath((params as { order: string }).order, 'order', Number.MAX_SAFE_INTEGER);

async function settleAs(
  way: 'bought' | 'nothing',
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const order = orderOf(request);
  const { by, why, more, number, attempt, plan, againstEvidence } = Form.parse(request.body ?? {});
  const filter = plan === undefined ? '' : `plan=${plan}&`;
  const refuse = (status: number, fault: string, objections?: string[]) => {
    const typed = { by, why, more, numbers: number.join(' ') };
    const refused = { form: `${way}-${order}`, fault, typed, objections };
    return sendUnknown(request, reply.status(status), context, { order, plan }, { refused });
  };
  if (lacksName(request, by)) return refuse(400, NO_NAME);
  if (why === '') return refuse(400, 'Say what you looked at.');
  try {
    const bought = [...number, more].filter(Boolean).join(',');
    const said = {
      ...(way === 'nothing' ? { nothing: true as const } : { bought }),
      ...{ attempt, againstEvidence: againstEvidence !== undefined },
      why,
    };
    await settle(context.ledger, order, readSettlement(said, actor(request, by)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (hasCode(error, 'against_evidence')) {
      const { objections } = error.details;
      return refuse(409, 'This was not settled because of these objections:', objections);
    }
    // The page of its plan says what it waits for.
    if (hasCode(error, 'needs_approval')) return reply.redirect(`/plans/${planOf(order)}`, 303);
    if (!['invalid_usage', 'wrong_state'].includes(error.code)) throw error;
    const [still] = await unknownOrders(context.ledger, { after: order - 1, limit: 1 });
    if (still?.order !== order) return reply.redirect(`/unknown?${filter}late=${order}`, 303);
    return refuse(error.code === 'invalid_usage' ? 400 : 409, pageText(error.message));
  }
  return reply.redirect(`/unknown?${filter}settled=${order}`, 303);
}

/** Takes a settlement back, and leads to its order, which can be settled again. */
async function undo(request: FastifyRequest, reply: FastifyReply, context: WebContext) {
  const order = orderOf(request);
  const plan = planOf(order);
  const { by, why, attempt } = Form.parse(request.body ?? {});
  const refuse = (fault: string) => {
    const refused = { form: `undo-${order}`, fault, typed: { by, why } };
    return sendUnknown(request, reply.status(400), context, { plan }, { refused });
  };
  if (why === '') return refuse('Say what was wrong.');
  if (lacksName(request, by)) return refuse(NO_NAME);
  try {
    const signed = { ...actor(request, by), why };
    await settle(context.ledger, order, { undo: true, attempt, by: signed });
  } catch (error) {
    if (!hasCode(error, 'wrong_state')) throw error;
    const fault = html`<b>${pageText(error.message)}</b> Nothing was changed.`;
    return sendUnknown(request, reply.status(409), context, { plan }, { fault });
  }
  return reply.redirect(`/unknown?order=${order}`, 303);
}
