import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  acceptVerdicts,
  clearVerdicts,
  findPlan,
  INTEGER_MAX,
  type Ledger,
  verdictCounts,
} from '../../../ledger/index.ts';
import { actor, lacksName } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import { NO_NAME, NO_REASON } from '../components/act.ts';
import { pageRoutes, sendPage, typedId, typedText } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import {
  acceptedPage,
  acceptPage,
  FORM_BYTES,
  readNamed,
  VERDICTS_AT_ONCE,
  type VerdictsShown,
} from './accept-page.ts';

const Query = z.object({ plan: typedId(INTEGER_MAX) });
const Form = Query.extend({
  by: typedText(100),
  why: typedText(1000),
  verdicts: z.string().catch(''),
});

export function addAccept(app: FastifyInstance, context: WebContext): void {
  const routes = pageRoutes(app, context);
  routes.get('view', '/unknown/accept', (asked) =>
    send(asked, Query.parse(asked.request.query).plan),
  );
  routes.post('submit', '/unknown/accept', accept, { bodyLimit: FORM_BYTES });
}

const planOf = (ledger: Ledger, id: number | undefined) =>
  id === undefined ? null : findPlan(ledger, id);

async function send(
  asked: Asked,
  planId: number | undefined,
  refused?: VerdictsShown['refused'],
): Promise<FastifyReply> {
  const { ledger } = asked.context;
  const [visit, plan, counts, verdicts] = await Promise.all([
    visitOf(asked),
    planOf(ledger, planId),
    verdictCounts(ledger, { planId }),
    clearVerdicts(ledger, { planId }, { limit: VERDICTS_AT_ONCE }),
  ]);
  return sendPage(asked, acceptPage(visit, { verdicts, counts, plan, refused }));
}

/** Accepts what the page listed. A refused press shows the list as it is now. */
async function accept(asked: Asked): Promise<FastifyReply> {
  const { request, reply, context } = asked;
  const { by, why, plan: planId, verdicts } = Form.parse(request.body ?? {});
  const missing = lacksName(request, by) ? NO_NAME : why === '' ? NO_REASON : null;
  if (missing) {
    reply.status(400);
    return send(asked, planId, { fault: missing, by, why });
  }
  const plan = await planOf(context.ledger, planId);
  const signer = { ...actor(request, by), why };
  const accepted = await acceptVerdicts(context.ledger, readNamed(verdicts), signer);
  return sendPage(asked, acceptedPage(await visitOf(asked), { ...accepted, plan }));
}
