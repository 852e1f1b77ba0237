import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Approval, ApprovalList } from '../../api-schema/index.ts';
import { answerApproval, findApproval, waitingApprovals } from '../../ledger/index.ts';
import { answerer } from '../actor.ts';
import type { WebContext } from '../context.ts';
import { approvalId, By, problems, Refusal } from './requests.ts';

/** Purchases above a threshold, which wait for another person's approval. */
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
        summary: "What waits for another person's approval, oldest first, at most 100",
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
        summary: 'One approval, and what became of it',
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
        summary: 'Approves it: the same request then succeeds, once',
        description:
          'Nobody approves what they asked for or submitted, or had a token ask for: ' +
          '`not_allowed`. An approval covers exactly what was asked for: once the prices or the ' +
          'plan have changed, a new one is needed.',
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
        summary: 'Refuses it, with a reason; it can be asked for again',
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
