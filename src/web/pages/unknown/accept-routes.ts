import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  acceptVerdicts,
  clearVerdicts,
  findPlan,
  INTEGER_MAX,
  verdictCounts,
} from '../../../ledger/index.ts';
import { actor, lacksName } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { NO_NAME, NO_REASON } from '../components/act.ts';
import { typedId, typedText } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { acceptedPage, acceptPage, type VerdictsShown } from './accept-page.ts';
import { FORM_BYTES, readNamed, VERDICTS_AT_ONCE } from './named.ts';

const Query = z.object({ plan: typedId(INTEGER_MAX) });
const Form = Query.extend({
  by: typedText(100),
  why: typedText(1000),
  verdicts: z.string().catch(''),
});

/** `/unknown/accept`: lists the clear verdicts, and accepts those that were listed. */
export function addAccept(app: FastifyInstance, context: WebContext): void {
  app.get('/unknown/accept', { config: { role: 'view' } }, (request, reply) =>
    send(request, reply, context, Query.parse(request.query).plan),
  );
  app.post(
    '/unknown/accept',
    { config: { role: 'submit' }, bodyLimit: FORM_BYTES },
    (request, reply) => accept(request, reply, context),
  );
}

const planOf = ({ ledger }: WebContext, id: number | undefined) =>
  id === undefined ? null : findPlan(ledger, id);

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  planId: number | undefined,
  refused?: VerdictsShown['refused'],
): Promise<FastifyReply> {
  const { ledger } = context;
  const [visit, plan, counts, verdicts] = await Promise.all([
    visitOf(request, context),
    planOf(context, planId),
    verdictCounts(ledger, { planId }),
    clearVerdicts(ledger, { planId }, { limit: VERDICTS_AT_ONCE }),
  ]);
  const page = acceptPage(visit, { verdicts, counts, plan, refused });
  return reply.type('text/html').send(page);
}

/** Accepts what the page listed. A refused press shows the list as it is now. */
async function accept(request: FastifyRequest, reply: FastifyReply, context: WebContext) {
  const { by, why, plan: planId, verdicts } = Form.parse(request.body ?? {});
  const missing = lacksName(request, by) ? NO_NAME : why === '' ? NO_REASON : null;
  if (missing) {
    return send(request, reply.status(400), context, planId, { fault: missing, by, why });
  }
  const plan = await planOf(context, planId);
  const signer = { ...actor(request, by), why };
  const accepted = await acceptVerdicts(context.ledger, readNamed(verdicts), signer);
  const visit = await visitOf(request, context);
  return reply.type('text/html').send(acceptedPage(visit, { ...accepted, plan }));
}
