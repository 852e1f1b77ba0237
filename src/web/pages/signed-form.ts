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

export const OBJECTED = 'Nothing was changed because of these objections:';

type Said = {
  typed: Pick<z.infer<typeof SignedForm>, 'by' | 'why'>;
  act(): Promise<unknown>;
  done: string;
  /** The address that a refusal leads to instead of the form; null: the form shows it. */
  elsewhere?(error: AppError): Promise<string | null>;
  /** Sends the page once more, with why the form was refused. */
  refuse(fault: string, objections?: string[]): Promise<FastifyReply>;
};

/** The answer to the form. What is refused is shown on its page. */
export async function say(
  { request, reply }: Asked,
  { typed, act, done, elsewhere, refuse }: Said,
): Promise<FastifyReply> {
  const refused = (status: number, ...why: Parameters<typeof refuse>) => {
    reply.status(status);
    return refuse(...why);
  };
  if (lacksName(request, typed.by)) return refused(400, NO_NAME);
  if (typed.why === '') return refused(400, 'Say how you know it.');
  try {
    await act();
    return reply.redirect(done, 303);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (hasCode(error, 'against_evidence')) {
      const { objections } = error.details;
      return refused(409, OBJECTED, objections);
    }
    const way = await elsewhere?.(error);
    if (way) return reply.redirect(way, 303);
    if (!(error.code in STATUS)) throw error;
    return refused(STATUS[error.code as keyof typeof STATUS], pageText(error.message));
  }
}

const STATUS = { invalid_usage: 400, wrong_state: 409, not_found: 404 };
