import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Meters } from '../../monitor/index.ts';
import { openGuesses } from './guesses.ts';

export type SignIn = { user: string; password: string };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed in; null where nobody has to. */
    signedIn: string | null;
  }
}

type Told = {
  log: Pick<Log, 'warn'>;
  /** Told of each try that did not succeed. */
  meters: Pick<Meters, 'signInFailed'>;
};

/**
 * Everything asks for the user and the password (HTTP Basic), but for what tells only that we live.
 * Wrong passwords are logged and counted; too many of them have to wait. `signIn` is asked at each
 * request, since the password may change.
 */
export function requireSignIn(
  app: FastifyInstance,
  signIn: SignIn | null,
  { log, meters }: Told,
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

/** Of a name that a stranger sent. */
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

/** Null: there are none, so nothing was tried. */
function credentialsOf({ headers: { authorization } }: FastifyRequest): Credentials | null {
  if (authorization === undefined) return null;
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? [];
  const whole = Buffer.from(encoded, 'base64').toString('utf8');
  return { name: whole.split(':')[0] ?? '', whole };
}

/** Takes as long for a password that is nearly right as for any other, and for a wrong user as well. */
function isRight({ whole }: Credentials, { user, password }: SignIn): boolean {
  return timingSafeEqual(digest(whole), digest(`${user}:${password}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
