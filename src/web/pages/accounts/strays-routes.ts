import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { findAccount } from '../../../ledger/index.ts';
import { callForeign, readForeign, straysOf } from '../../../operations/index.ts';
import { actor } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { typedNumbers } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { type Refuse, SaidForm, say } from './said.ts';
import { type StraysShown, straysPage, type Way } from './strays-page.ts';

const Params = z.object({ name: z.string() });
const Query = z.object({ said: z.literal('').optional().catch(undefined) });
const Form = SaidForm.extend({ number: typedNumbers });

/** `/accounts/NAME/strays` and its forms. Only a named person says that numbers are foreign. */
export function addStrays(app: FastifyInstance, context: WebContext): void {
  app.get('/accounts/:name/strays', { config: { role: 'view' } }, (request, reply) =>
    send(request, reply, context),
  );
  for (const way of ['foreign', 'not-foreign'] as const) {
    app.post(`/accounts/:name/strays/${way}`, { config: { role: 'submit' } }, (request, reply) =>
      sayForeign(way, request, reply, context),
    );
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
  refused?: StraysShown['refused'],
): Promise<FastifyReply> {
  const { name } = Params.parse(request.params);
  const [visit, account, strays] = await Promise.all([
    visitOf(request, context),
    findAccount(context.ledger, name),
    straysOf(context.ledger, name),
  ]);
  const isSaid = !refused && Query.parse(request.query).said !== undefined;
  return reply.type('text/html').send(straysPage(visit, { account, strays, isSaid, refused }));
}

async function sayForeign(
  way: Way,
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const { name: account } = Params.parse(request.params);
  const { by, why, number, againstEvidence } = Form.parse(request.body ?? {});
  const refuse: Refuse = (status, fault, objections) => {
    const typed = { by, why, numbers: number.join(' ') };
    return send(request, reply.status(status), context, { form: way, fault, typed, objections });
  };
  const numbers = number.join(',');
  const named = way === 'foreign' ? { foreign: numbers } : { notForeign: numbers };
  const said = { ...named, againstEvidence: againstEvidence !== undefined, why };
  const act = async () => {
    if (number.every((each) => each === ''))
      throw new AppError('invalid_usage', 'Tick the numbers that you mean.');
    await callForeign(context.ledger, account, readForeign(said, actor(request, by)));
  };
  const done = `/accounts/${encodeURIComponent(account)}/strays?said`;
  return say(request, reply, { by, done, act }, refuse);
}
