import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AppError, hasCode } from '../../errors.ts';
import { lacksName } from '../actor.ts';
import type { Asked } from '../context.ts';
import { NO_NAME } from './components/act.ts';
import { pageText } from './components/page-text.ts';
import { typedText } from './page-routes.ts';

/** A named person says something, with a reason and maybe against the evidence. */
export const SignedForm = z.object({
  by: typedText(100),
  why: typedText(1000),
  /** A tick names the objections beside it. */
  againstEvidence: z
    .string()
    .transform((names) => names.split(' '))
    .catch([]),
});

type Press = {
  /** Without `by`, no name is asked for. */
  typed: { by?: string; why: string };
  /** Why a form without a reason is refused; null: it needs none. */
  lacksWhy: string | null;
  act(): Promise<unknown>;
  /** The address that the answer leads to once it is done. */
  done: string;
  /** The address that a refusal leads to instead of the form; null: the form shows it. */
  elsewhere?(error: AppError): Promise<string | null>;
  refuse(refusal: Refusal): Promise<FastifyReply>;
};

/** `isLate`: the form may be on the page no more. */
type Refusal = { fault: string; objections?: string[]; isLate?: true };

/** The answer to a form that a person signs. What is refused is shown on its page. */
export async function signed(
  { request, reply }: Asked,
  { typed, lacksWhy, act, done, elsewhere, refuse }: Press,
): Promise<FastifyReply> {
  const refused = (status: number, refusal: Refusal) => {
    reply.status(status);
    return refuse(refusal);
  };
  if (typed.by !== undefined && lacksName(request, typed.by))
    return refused(400, { fault: NO_NAME });
  if (lacksWhy !== null && typed.why === '') return refused(400, { fault: lacksWhy });
  try {
    await act();
    return reply.redirect(done, 303);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (hasCode(error, 'against_evidence')) {
      const fault = 'Nothing was changed because of these objections:';
      return refused(409, { fault, objections: error.details.objections });
    }
    const way = await elsewhere?.(error);
    if (way) return reply.redirect(way, 303);
    const fault = pageText(error.message);
    if (hasCode(error, 'invalid_usage')) return refused(400, { fault });
    if (hasCode(error, 'not_found')) return refused(404, { fault, isLate: true });
    if (hasCode(error, 'wrong_state')) return refused(409, { fault, isLate: true });
    throw error;
  }
}
