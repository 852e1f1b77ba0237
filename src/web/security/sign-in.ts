import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';

export type SignIn = { user: string; password: string };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed in; null where nobody has to. */
    signedIn: string | null;
  }
}

/** Everything asks for the user and the password (HTTP Basic), but for what tells only that we live. */
export function requireSignIn(app: FastifyInstance, signIn: SignIn | null): void {
  app.decorateRequest('signedIn', null);
  if (!signIn) return;
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/healthz') return;
    if (!isRight(request, signIn)) {
      reply.header('www-authenticate', 'Basic realm="bulk-order", charset="UTF-8"');
      throw new AppError('not_signed_in', 'Sign in to see this.');
    }
    request.signedIn = signIn.user;
  });
}

/** Takes as long for a password that is nearly right as for any other, and for a wrong user as well. */
function isRight(request: FastifyRequest, { user, password }: SignIn): boolean {
  const [, encoded = ''] =
    /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  return timingSafeEqual(digest(given), digest(`${user}:${password}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
