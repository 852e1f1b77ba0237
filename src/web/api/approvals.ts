import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Approval, ApprovalList } from '../../api-schema/index.ts';
import { answerApproval, findApproval, waitingApprovals } from '../../ledger/index.ts';
import { answerer } from '../actor.ts';
import type { WebContext } from '../context.ts';
import { approvalId, By, problems, Refusal } from './requests.ts';

/** Purchases above a threshold, which wait for another person's yes. */
export const approvalRoutes: FastifyPluginAsyncZod<{ context: WebContext }> = async (
  app,
  { context },
) => {
  const { ledger } = context;

  app.get(
    '/approvals',
    {
      config: { role: 'view' },
      schema: {
        tags: ['Approvals'],
        operationId: 'listApprovals',
        summary: 'What waits for the yes of another person, oldest first, at most 100',
        response: { 200: ApprovalList, ...problems },
      },
    },
    async () => ({ approvals: await waitingApprovals(ledger) }),
  );

  app.get(
    '/approvals/:id',
    {
      config: { role: 'view' },
      schema: {
        tags: ['Approvals'],
        operationId: 'getApproval',
        summary: 'One question, and what became of it',
        params: approvalId,
        response: { 200: Approval, ...problems },
      },
    },
    (request) => findApproval(ledger, request.params.id),
  );

  app.post(
    '/approvals/:id/approve',
    {
      config: { role: 'approve' },
      schema: {
        tags: ['Approvals'],
        operationId: 'approve',
        summary: 'Says yes: then the same request does it, once',
        description:
          'Nobody approves what they asked for or submitted, or had a token ask for: ' +
          '`not_allowed`. The yes is for exactly what was asked: when the prices or the plan ' +
          'differ, it is asked again.',
        params: approvalId,
        body: By,
        response: { 200: Approval, ...problems },
      },
    },
    (request) => {
      const { by, why } = request.body ?? {};
      const signer = { ...answerer(request, by), why };
      return answerApproval(ledger, request.params.id, { yes: true }, signer);
    },
  );

  app.post(
    '/approvals/:id/refuse',
    {
      config: { role: 'approve' },
      schema: {
        tags: ['Approvals'],
        operationId: 'refuse',
        summary: 'Says no, and why; it may be asked again',
        params: approvalId,
        body: Refusal,
        response: { 200: Approval, ...problems },
      },
    },
    (request) => {
      const { by, why } = request.body;
      const signer = answerer(request, by);
      return answerApproval(ledger, request.params.id, { yes: false, why }, signer);
    },
  );
};
