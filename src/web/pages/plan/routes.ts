import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import { findPlan, type PlanState, retryPlan } from '../../../ledger/index.ts';
import { actor } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { steerPlan } from '../../steering.ts';
import type { Said } from './notes.ts';
import { type Failed, sendPlan } from './page.ts';

/** No more digits than the ledger has room for; anything else is no plan's page. */
const Params = z.object({
  id: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
});
const Form = z.object({
  by: z.string().trim().max(100).catch(''),
  why: z.string().trim().max(500).catch(''),
});

const StartForm = z.object({
  rate: z.string().catch(''),
  accept: z.literal('yes').optional().catch(undefined),
});

type Press = { id: number; by: { who: string; why: string | undefined } };
type Move = {
  /** A move that was made already, by whomever, is as good as made. */
  to: PlanState | null;
  said: Said;
  needsReason: boolean;
  make(context: WebContext, press: Press): Promise<unknown>;
};

const MOVES: Record<string, Move> = {
  pause: {
    to: 'paused',
    said: 'paused',
    needsReason: true,
    make: (context, { id, by }) => steerPlan(context, id, 'pause', by),
  },
  resume: {
    to: 'running',
    said: 'resumed',
    needsReason: false,
    make: (context, { id, by }) => steerPlan(context, id, 'resume', by),
  },
  cancel: {
    to: 'cancelled',
    said: 'cancelled',
    needsReason: true,
    make: (context, { id, by }) => steerPlan(context, id, 'cancel', by),
  },
  retry: {
    to: null,
    said: 'retried',
    needsReason: false,
    make: ({ ledger }, { id, by }) => retryPlan(ledger, id, by),
  },
};

/** `/plans/ID` and its buttons. Each answers by leading back to the page, which says what was done. */
export function addPlan(app: FastifyInstance, context: WebContext): void {
  const idOf = (request: FastifyRequest): number => {
    const params = Params.safeParse(request.params);
    if (params.success) return params.data.id;
    throw new AppError('not_found', 'There is no such plan here.');
  };

  app.get('/plans/:id', (request, reply) =>
    sendPlan(request, reply, context, { id: idOf(request) }),
  );

  app.post('/plans/:id/start', (request, reply) => start(request, reply, context, idOf(request)));

  for (const [name, move] of Object.entries(MOVES)) {
    app.post(`/plans/:id/${name}`, async (request, reply) => {
      const id = idOf(request);
      const { by, why } = Form.parse(request.body ?? {});
      const refuse = (fault: string) => {
        const failed: Failed = { refused: { form: name, fault, typed: { by, why } } };
        return sendPlan(request, reply.status(400), context, { id, failed });
      };
      if (move.needsReason && why === '') return refuse('Say why: it is shown to everyone here.');
      if (by === '') return refuse('Say who you are.');
      try {
        await move.make(context, {
          id,
          by: { who: actor(request, context, by), why: why || undefined },
        });
      } catch (error) {
        if (!hasCode(error, 'wrong_state')) throw error;
        const { state } = await findPlan(context.ledger, id);
        if (state !== move.to) {
          const failed = { fault: error.message };
          return sendPlan(request, reply.status(409), context, { id, failed });
        }
      }
      return reply.redirect(`/plans/${id}?said=${move.said}`, 303);
    });
  }
}

/** Starts it once: a second press is told who was first, and changes nothing. */
async function start(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  id: number,
): Promise<FastifyReply> {
  const plan = await findPlan(context.ledger, id);
  const { rate, accept } = StartForm.parse(request.body ?? {});
  if (plan.state === 'ready' && rate !== String(plan.rate ?? 'none')) {
    const fault =
      "The account's pace changed since this check. Look at the times again, then start.";
    return sendPlan(request, reply.status(409), context, { id, failed: { fault } });
  }
  const by = { who: actor(request, context) };
  try {
    await steerPlan(context, id, 'start', by, { acceptWarnings: accept === 'yes' });
    return reply.redirect(`/plans/${id}?said=started`, 303);
  } catch (error) {
    if (hasCode(error, 'not_confirmed')) {
      const fault = 'Read the warnings, and tick that they are meant.';
      return sendPlan(request, reply.status(409), context, { id, failed: { fault } });
    }
    if (!hasCode(error, 'wrong_state')) throw error;
    const { startedAt } = await findPlan(context.ledger, id);
    if (startedAt !== null) return reply.redirect(`/plans/${id}?said=started-before`, 303);
    return sendPlan(request, reply.status(409), context, { id, failed: { fault: error.message } });
  }
}
