import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findAccount } from '../../../ledger/index.ts';
import { dismiss, lostPlansOf, readDismissal } from '../../../operations/index.ts';
import { actor } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { typedText } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { type LostPlansShown, lostPlansPage } from './lost-plans-page.ts';
import { type Refuse, SaidForm, say } from './said.ts';

const Params = z.object({ name: z.string() });
const Query = z.object({ said: z.literal('').optional().catch(undefined) });
const Form = SaidForm.extend({ file: typedText(64) });

/** `/accounts/NAME/lost-plans` and its forms. Only a named person dismisses a lost plan. */
export function addLostPlans(app: FastifyInstance, context: WebContext): void {
  app.get('/accounts/:name/lost-plans', { config: { role: 'view' } }, (request, reply) =>
    send(request, reply, context),
  );
  app.post('/accounts/:name/lost-plans/dismiss', { config: { role: 'submit' } }, (request, reply) =>
    sayDismissed(request, reply, context),
  );
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  refused?: LostPlansShown['refused'],
): Promise<FastifyReply> {
  const { name } = Params.parse(request.params);
  const [visit, account, lost] = await Promise.all([
    visitOf(request, context),
    findAccount(context.ledger, name),
    lostPlansOf(context.ledger, name),
  ]);
  const isSaid = !refused && Query.parse(request.query).said !== undefined;
  return reply.type('text/html').send(lostPlansPage(visit, { account, lost, isSaid, refused }));
}

async function sayDismissed(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const { name: account } = Params.parse(request.params);
  const { by, why, file, againstEvidence } = Form.parse(request.body ?? {});
  const refuse: Refuse = (status, fault, objections) =>
    send(request, reply.status(status), context, {
      ...{ form: file, fault, typed: { by, why }, objections },
    });
  const said = { dismiss: file, againstEvidence: againstEvidence !== undefined, why };
  const act = () => dismiss(context.ledger, account, readDismissal(said, actor(request, by)));
  const done = `/accounts/${encodeURIComponent(account)}/lost-plans?said`;
  return say(request, reply, { by, done, act }, refuse);
}
