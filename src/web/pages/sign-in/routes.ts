import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hasCode } from '../../../errors.ts';
import type { Authenticator } from '../../security/authenticator.ts';
import { giveSession, takeSession } from '../../security/cookie.ts';
import { SIGN_IN } from '../../security/sign-in.ts';
import { signInPage } from './page.ts';

const Query = z.object({ to: z.string().catch('/') });
const Form = z.object({
  name: z.string().trim().max(100).catch(''),
  password: z.string().max(1000).catch(''),
  to: z.string().catch('/'),
});

/** These are for people who have not signed in yet, or sign out. */
const ANYONE = { config: { role: 'anyone' } } as const;

/** The page to sign in on, and signing out. Only where a file says who may sign in. */
export function addSignIn(app: FastifyInstance, authenticator: Authenticator): void {
  app.get(SIGN_IN, ANYONE, async (request, reply) => {
    const { to } = Query.parse(request.query);
    return reply.type('text/html').send(signInPage({ to: placeHere(to) }));
  });

  app.post(SIGN_IN, ANYONE, async (request, reply) => {
    const { name, password, to } = Form.parse(request.body ?? {});
    const place = placeHere(to);
    const refuse = (status: number, fault: string) =>
      reply
        .status(status)
        .type('text/html')
        .send(signInPage({ to: place, name, fault }));
    try {
      const session = await authenticator.signIn(request, name, password);
      if (session === undefined) return refuse(401, 'The name or the password is wrong.');
      giveSession(request, reply, session);
      return reply.redirect(place, 303);
    } catch (error) {
      if (!hasCode(error, 'busy')) throw error;
      reply.header('retry-after', error.details.retryAfterS);
      return refuse(429, error.message);
    }
  });

  app.post('/sign-out', ANYONE, async (_request, reply) => {
    takeSession(reply);
    return reply.redirect(SIGN_IN, 303);
  });

  app.get('/sign-out', ANYONE, (_request, reply) => reply.redirect('/', 303));
}

/** An address of this server, whatever was asked for: nobody is led to another site from here. */
function placeHere(to: string): string {
  const base = 'http://here.invalid';
  if (!to.startsWith('/') || !URL.canParse(to, base)) return '/';
  const { origin, pathname, search } = new URL(to, base);
  const isElsewhere = origin !== base || pathname.startsWith('//');
  return isElsewhere || /^\/sign-(in|out)\b/.test(pathname) ? '/' : `${pathname}${search}`;
}
