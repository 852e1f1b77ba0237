import { Approval, ApprovalList } from '../../documents/index.ts';
import { answerApproval, findApproval, waitingApprovals } from '../../ledger/index.ts';
import { answerer } from '../actor.ts';
import { approvalId, By, Refusal } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Approvals');

export const approvalRoutes: ApiRoute[] = [
  route('view', 'listApprovals', 'GET /approvals', {
    summary: "What waits for another person's approval, oldest first, at most 100",
    response: { 200: ApprovalList },
    answer: async ({ context }) => ({ approvals: await waitingApprovals(context.ledger) }),
  }),
  route('view', 'getApproval', 'GET /approvals/:id', {
    summary: 'One approval, and what became of it',
    params: approvalId,
    response: { 200: Approval },
    answer: ({ context, request }) => findApproval(context.ledger, request.params.id),
  }),
  route('approve', 'approve', 'POST /approvals/:id/approve', {
    summary: 'Approves it: the same request then succeeds, once',
    description:
      'Nobody approves what they asked for or submitted, or had a token ask for: ' +
      '`not_allowed`. An approval covers exactly what was asked for: once the prices or the ' +
      'plan have changed, a new one is needed.',
    params: approvalId,
    body: By,
    response: { 200: Approval },
    answer({ context, request }) {
      const { by, why } = request.body ?? {};
      const signer = { ...answerer(request, by), why };
      return answerApproval(context.ledger, request.params.id, { yes: true }, signer);
    },
  }),
  route('approve', 'refuse', 'POST /approvals/:id/refuse', {
    summary: 'Refuses it, with a reason; it can be asked for again',
    params: approvalId,
    body: Refusal,
    response: { 200: Approval },
    answer({ context, request }) {
      const { by, why } = request.body;
      const signer = answerer(request, by);
      return answerApproval(context.ledger, request.params.id, { yes: false, why }, signer);
    },
  }),
];
