import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApprovalAnswer, answerApproval, waitingApprovals } from '../../../ledger/index.ts';
import { answerer } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import { NO_REASON, type RefusedForm } from '../components/act.ts';
import { idInPath, pageRoutes, SEEN, sendPage, typedText } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import { approvalsPage } from './page.ts';

const Form = z.object({ why: typedText(500), seen: SEEN });

/** `/approvals` and its forms, which the page of the plan has, too. */
export function addApprovals(app: FastifyInstance, context: WebContext): void {
  const routes = pageRoutes(app, context);
  routes.get('view', '/approvals', (asked) => send(asked));
  routes.post('approve', '/approvals/:id/approve', (asked) => answer(asked, { yes: true }));
  routes.post('approve', '/approvals/:id/refuse', (asked) => {
    const { why } = Form.parse(asked.request.body ?? {});
    if (why !== '') return answer(asked, { yes: false, why });
    asked.reply.status(400);
    const form = `refuse-${idInPath(asked.request, 'approval')}`;
    return send(asked, { form, fault: NO_REASON, typed: { why } });
  });
}

/** Leads to the plan, which says what was answered, and by whom. */
async function answer(
  { request, reply, context }: Asked,
  said: ApprovalAnswer,
): Promise<FastifyReply> {
  const id = idInPath(request, 'approval');
  const { seen } = Form.parse(request.body ?? {});
  const { plan } = await answerApproval(context.ledger, id, said, answerer(request), seen);
  return reply.redirect(`/plans/${plan}`, 303);
}

async function send(asked: Asked, refused?: RefusedForm): Promise<FastifyReply> {
  const [visit, waiting] = await Promise.all([
    visitOf(asked),
    waitingApprovals(asked.context.ledger),
  ]);
  return sendPage(asked, approvalsPage(visit, waiting, refused));
}
