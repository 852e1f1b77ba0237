import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Meters } from '../../monitor/index.ts';
import { openGuesses } from './guesses.ts';

export type SignIn = { user: string; password: string };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed in; null without sign-in. */
    signedIn: string | null;
  }
}

type Listeners = {
  log: Pick<Log, 'warn'>;
  meters: Pick<Meters, 'signInFailed'>;
};

/**
 * Every path but /healthz wants the user and the password (HTTP Basic). Wrong passwords are logged
 * and counted, and after too many the sender must wait. `signIn` is read at each request, because
 * the password may change.
 */
export function requireSignIn(
  app: FastifyInstance,
  signIn: SignIn | null,
  { log, meters }: Listeners,
): void {
  app.decorateRequest('signedIn', null);
  if (!signIn) return;
  const guesses = openGuesses(() => performance.now());
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/healthz') return;
    const given = credentialsOf(request);
    if (given === null) throw wanted(reply);
    const { ip: address } = request;
    const { name } = given;
    const waitS = guesses.waitS(address, name);
    if (waitS > 0) {
      meters.signInFailed('throttled');
      throw tooMany(waitS);
    }
    if (!isRight(given, signIn)) {
      guesses.wasWrong(address, name);
      meters.signInFailed('wrong');
      log.warn({ address, name: name.slice(0, LOGGED) }, 'a wrong user or password');
      throw wanted(reply);
    }
    request.signedIn = signIn.user;
  });
}

/** Logged of a stranger's name, in characters at most. */
const LOGGED = 40;

function wanted(reply: FastifyReply): AppError {
  reply.header('www-authenticate', 'Basic realm="bulk-order", charset="UTF-8"');
  return new AppError('not_signed_in', 'Sign in to see this.');
}

function tooMany(retryAfterS: number): AppError {
  return new AppError(
    'busy',
    `Wrong passwords were tried too often. Try again in ${retryAfterS} s.`,
    { retryAfterS },
  );
}

type Credentials = { name: string; whole: string };

/** Null: the request has none. */
function credentialsOf({ headers: { authorization } }: FastifyRequest): Credentials | null {
  if (authorization === undefined) return null;
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? [];
  const whole = Buffer.from(encoded, 'base64').toString('utf8');
  return { name: whole.split(':')[0] ?? '', whole };
}

/** Takes the same time for all wrong users and passwords. */
function isRight({ whole }: Credentials, { user, password }: SignIn): boolean {
  return timingSafeEqual(digest(whole), digest(`${user}:${password}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
