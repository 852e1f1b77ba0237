import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { mayDo, type Person, type Role } from '../../people/index.ts';
import type { Authenticator } from './authenticator.ts';
import { sessionOf } from './cookie.ts';
import { requireRole } from './roles.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on routes that anyone may ask for. */
    person: Person | null;
    /** Whether they may still ask for it. Event streams look at this: they last for hours. */
    mayGoOn: () => Promise<boolean>;
  }
}

export const SIGN_IN = '/sign-in';

/**
 * Lets a request pass when the person who asks has the role that its route needs. Only this decides
 * it, so all ways to sign in refuse alike. A path without a route wants a person who may look:
 * strangers do not learn which paths there are.
 */
export function requireSignIn(app: FastifyInstance, authenticator: Authenticator): void {
  app.decorateRequest('person', null);
  app.decorateRequest('mayGoOn', async () => true);
  app.addHook('onRequest', async (request, reply) => {
    const needed = request.routeOptions.config?.role ?? 'view';
    if (needed === 'anyone') return;
    const person = await authenticator.personOf(request);
    if (!person) return refuse(request, reply, authenticator);
    request.person = person;
    requireRole(person, needed);
    if (authenticator.isLocked) request.mayGoOn = () => mayStillAsk(authenticator, request, needed);
  });
}

async function mayStillAsk(
  authenticator: Authenticator,
  request: FastifyRequest,
  needed: Role,
): Promise<boolean> {
  // Where the ledger is away, nobody knows of a token.
  const person = await authenticator.personOf(request).catch(() => undefined);
  return person !== undefined && mayDo(person, needed);
}

const LOOK_EVERY_MS = 2_000;

/** Calls `end` once the person may no longer ask for this. Returns what stops looking. */
export function whileSignedIn(request: FastifyRequest, end: () => void): () => void {
  let looking: NodeJS.Timeout | undefined;
  const look = async () => {
    if (!(await request.mayGoOn())) return end();
    if (looking) looking = setTimeout(look, LOOK_EVERY_MS);
  };
  looking = setTimeout(look, LOOK_EVERY_MS);
  return () => {
    clearTimeout(looking);
    looking = undefined;
  };
}

/** Who asks, on a route that wants a person. */
export function personOf({ person, url }: FastifyRequest): Person {
  if (person) return person;
  throw new Error(`Bug: ${url} asks for a person, and anyone may ask for it`);
}

/** A browser that opens a page is led to the page to sign in on, which leads back. */
function refuse(request: FastifyRequest, reply: FastifyReply, { hasSignInPage }: Authenticator) {
  if (hasSignInPage && opensPage(request)) {
    return reply.redirect(`${SIGN_IN}?to=${encodeURIComponent(request.url)}`, 303);
  }
  // A browser would ask for the password in a window of its own, over the page that asks.
  if (!hasSignInPage || !isPageOfOurs(request)) {
    reply.header('www-authenticate', 'Basic realm="bulk-order", charset="UTF-8"');
  }
  if (request.headers.authorization === undefined)
    throw new AppError('not_signed_in', 'Sign in to see this.');
  throw new AppError(
    'not_signed_in',
    'The name, the password or the token is wrong, or the token has ended.',
  );
}

function opensPage({ method, headers }: FastifyRequest): boolean {
  if (headers.authorization !== undefined) return false;
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '');
}

function isPageOfOurs(request: FastifyRequest): boolean {
  return request.headers['sec-fetch-mode'] !== undefined || sessionOf(request) !== undefined;
}
