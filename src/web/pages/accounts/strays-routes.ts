import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import { findAccount } from '../../../ledger/index.ts';
import { callForeign, readForeign, straysOf } from '../../../operations/index.ts';
import { actor, lacksName } from '../../actor.ts';
import type { WebContext } from '../../context.ts';
import { NO_NAME } from '../components/act.ts';
import { pageText } from '../components/page-text.ts';
import { typedNumbers, typedText } from '../typed.ts';
import { visitOf } from '../visit.ts';
import { type StraysShown, straysPage, type Way } from './strays-page.ts';

const Params = z.object({ name: z.string() });
const Query = z.object({ said: z.literal('').optional().catch(undefined) });
const Form = z.object({
  by: typedText(100),
  why: typedText(1000),
  againstEvidence: z.literal('true').optional().catch(undefined),
  number: typedNumbers,
});

/** `/accounts/NAME/strays` and its forms. Only a named person says that numbers are foreign. */
export function addStrays(app: FastifyInstance, context: WebContext): void {
  app.get('/accounts/:name/strays', { config: { role: 'view' } }, (request, reply) =>
    send(request, reply, context),
  );
  for (const way of ['foreign', 'not-foreign'] as const) {
    app.post(`/accounts/:name/strays/${way}`, { config: { role: 'submit' } }, (request, reply) =>
      say(way, request, reply, context),
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

async function say(
  way: Way,
  request: FastifyRequest,
  reply: FastifyReply,
  context: WebContext,
): Promise<FastifyReply> {
  const { name: account } = Params.parse(request.params);
  const { by, why, number, againstEvidence } = Form.parse(request.body ?? {});
  const refuse = (status: number, fault: string, objections?: string[]) => {
    const typed = { by, why, numbers: number.join(' ') };
    return send(request, reply.status(status), context, { form: way, fault, typed, objections });
  };
  if (lacksName(request, by)) return refuse(400, NO_NAME);
  if (number.every((each) => each === '')) return refuse(400, 'Tick the numbers that you mean.');
  try {
    const numbers = number.join(',');
    const named = way === 'foreign' ? { foreign: numbers } : { notForeign: numbers };
    const said = { ...named, againstEvidence: againstEvidence !== undefined, why };
    await callForeign(context.ledger, account, readForeign(said, actor(request, by)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (hasCode(error, 'against_evidence')) {
      return refuse(
        409,
        'Nothing was changed because of these objections:',
        error.details.objections,
      );
    }
    if (!['invalid_usage', 'wrong_state'].includes(error.code)) throw error;
    return refuse(error.code === 'invalid_usage' ? 400 : 409, pageText(error.message));
  }
  return reply.redirect(`/accounts/${encodeURIComponent(account)}/strays?said`, 303);
}
