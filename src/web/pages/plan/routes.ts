import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { type AppError, hasCode } from '../../../errors.ts';
import { type By, findPlan, type PlanState, retryPlan } from '../../../ledger/index.ts';
import { close, steer } from '../../../operations/index.ts';
import { actor } from '../../actor.ts';
import { type Asked, steering, type WebContext } from '../../context.ts';
import { NO_REASON } from '../components/act.ts';
import { pageText } from '../components/page-text.ts';
import { idInPath, pageRoutes, SEEN, typedText } from '../page-routes.ts';
import { SignedForm, signed } from '../signed-form.ts';
import type { Said } from './notes.ts';
import { sendPlan } from './page.ts';

const Form = SignedForm.extend({ why: typedText(500), seen: SEEN });
const StartForm = z.object({
  seen: SEEN,
  prices: z.string().catch('none'),
  accept: z.literal('yes').optional().catch(undefined),
});

/** What the form showed, and the names of the objections that it overrules. */
type Looked = { seen: string; againstEvidence: string[] };

type Move = {
  /** In these states somebody else has made the move already, and the answer is the same. */
  to: readonly PlanState[];
  said: Said;
  make(context: WebContext, id: number, by: By, looked: Looked): Promise<unknown>;
};

const steered =
  (move: 'pause' | 'resume' | 'cancel'): Move['make'] =>
  (context, id, by, { seen }) =>
    steer(steering(context), id, move, by, { seen });

const MOVES: Record<string, Move> = {
  pause: { to: ['paused'], said: 'paused', make: steered('pause') },
  resume: { to: ['running', 'standing'], said: 'resumed', make: steered('resume') },
  cancel: { to: ['cancelled'], said: 'cancelled', make: steered('cancel') },
  close: {
    to: ['finished'],
    said: 'closed',
    make: (context, id, by, { seen }) => close(steering(context), id, null, by, seen),
  },
  retry: {
    to: [],
    said: 'retried',
    make: ({ ledger }, id, by, looked) => retryPlan(ledger, id, by, looked),
  },
};

/** `/plans/ID` and its buttons. Each press leads back to the page, which says what it did. */
export function addPlan(app: FastifyInstance, context: WebContext): void {
  const routes = pageRoutes(app, context);
  routes.get('view', '/plans/:id', (asked) => sendPlan(asked, idInPath(asked.request, 'plan')));
  routes.post('submit', '/plans/:id/start', start);
  for (const name of Object.keys(MOVES))
    routes.post('submit', `/plans/:id/${name}`, (asked) => move(asked, name));
}

async function move(asked: Asked, name: string): Promise<FastifyReply> {
  const { request, context } = asked;
  const { to, said, make } = MOVES[name]!;
  const id = idInPath(request, 'plan');
  const { by, why, ...looked } = Form.parse(request.body ?? {});
  const done = `/plans/${id}?said=${said}`;
  return signed(asked, {
    typed: { by, why },
    lacksWhy: looked.againstEvidence.length > 0 ? NO_REASON : null,
    act: () => make(context, id, { ...actor(request, by), why: why || undefined }, looked),
    done,
    async elsewhere(error) {
      if (hasCode(error, 'needs_approval')) return `/plans/${id}`;
      if (!hasCode(error, 'wrong_state') || isOther(error)) return null;
      const { state } = await findPlan(context.ledger, id);
      return to.includes(state) ? done : null;
    },
    refuse({ isLate, ...refusal }) {
      const refused = { form: name, ...refusal, typed: { by, why } };
      return sendPlan(asked, id, isLate ? { fault: refusal.fault } : { refused });
    },
  });
}

/** Whether the page had shown another plan. */
const isOther = ({ details }: AppError<'wrong_state'>): boolean => details.changed === 'plan';

/** Starts a plan once: a second press changes nothing and shows who was first. */
async function start(asked: Asked): Promise<FastifyReply> {
  const { request, reply, context } = asked;
  const id = idInPath(request, 'plan');
  const refuse = (fault: string) => {
    reply.status(409);
    return sendPlan(asked, id, { fault });
  };
  const { accept, ...looked } = StartForm.parse(request.body ?? {});
  const by = actor(request);
  try {
    const acceptWarnings = accept === 'yes';
    await steer(steering(context), id, 'start', by, { acceptWarnings, ...looked });
    return reply.redirect(`/plans/${id}?said=started`, 303);
  } catch (error) {
    // The page says what it waits for.
    if (hasCode(error, 'needs_approval')) return reply.redirect(`/plans/${id}`, 303);
    if (hasCode(error, 'not_confirmed')) {
      return refuse('Read the warnings, and tick the box below them.');
    }
    if (!hasCode(error, 'wrong_state')) throw error;
    const { startedAt } = await findPlan(context.ledger, id);
    if (startedAt !== null && !isOther(error))
      return reply.redirect(`/plans/${id}?said=started-before`, 303);
    return refuse(pageText(error.message));
  }
}
