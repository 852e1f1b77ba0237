import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../../errors.ts';
import { lacksName } from '../../actor.ts';
import { NO_NAME } from '../components/act.ts';
import { pageText } from '../components/page-text.ts';
import { typedText } from '../typed.ts';

/** A named person says something of an account, with a reason and maybe against the evidence. */
export const SaidForm = z.object({
  by: typedText(100),
  why: typedText(1000),
  againstEvidence: z.literal('true').optional().catch(undefined),
});

/** Sends the page once more, with why the form was refused. */
export type Refuse = (
  status: number,
  fault: string,
  objections?: string[],
) => Promise<FastifyReply>;

/** Does what the form says; then leads to `done`. What is refused is shown on the page. */
export async function say(
  request: FastifyRequest,
  reply: FastifyReply,
  { by, done, act }: { by: string; done: string; act: () => Promise<unknown> },
  refuse: Refuse,
): Promise<FastifyReply> {
  if (lacksName(request, by)) return refuse(400, NO_NAME);
  try {
    await act();
  } catch (error) {
    if (hasCode(error, 'against_evidence')) {
      const { objections } = error.details;
      return refuse(409, 'Nothing was changed because of these objections:', objections);
    }
    if (!(error instanceof AppError) || !(error.code in STATUS)) throw error;
    return refuse(STATUS[error.code as keyof typeof STATUS], pageText(error.message));
  }
  return reply.redirect(done, 303);
}

const STATUS = { invalid_usage: 400, wrong_state: 409, not_found: 404 };
