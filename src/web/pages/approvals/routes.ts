import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ApprovalAnswer, answerApproval, waitingApprovals } from '../../../ledger/index.ts';
import { answerer } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { NO_REASON, type RefusedForm } from '../components/act.ts';
import { idInPath, typedText } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { approvalsPage } from './page.ts';

const Form = z.object({ why: typedText(500) });

/** `/approvals` and its forms, which the page of the plan has, too. */
export function addApprovals(app: FastifyInstance, context: WebContext): void {
  app.get('/approvals', { config: { role: 'view' } }, (request, reply) =>
    send(request, reply, context),
  );
  app.post('/approvals/:id/approve', { config: { role: 'approve' } }, (request, reply) =>
    answer(request, reply, context, { yes: true }),
  );
  app.post('/approvals/:id/refuse', { config: { role: 'approve' } }, (request, reply) => {
    const { why } = Form.parse(request.body ?? {});
    if (why !== '') return answer(request, reply, context, { yes: false, why });
    const form = `refuse-${idOf(request)}`;
    return send(request, reply.status(400), context, { form, fault: NO_REASON, typed: { why } });
  });
}

/** Leads to the plan, which says what was answered, and by whom. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { ledger }: WebContext,
  said: ApprovalAnswer,
): Promise<FastifyReply> {
  const id = idOf(request);
  const { plan } = await answerApproval(ledger, id, said, answerer(request));
  return reply.redirect(`/plans/${plan}`, 303);
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  refused?: RefusedForm,
): Promise<FastifyReply> {
  const [visit, waiting] = await Promise.all([
    visitOf(request, context),
    waitingApprovals(context.ledger),
  ]);
  return reply.type('text/html').send(approvalsPage(visit, waiting, refused));
}

const idOf = ({ params }: FastifyRequest): number =>
  idInPath((params as { id: string }).id, 'approval');
