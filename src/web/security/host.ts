import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';

/** Names that no foreign site can have. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || host === '::1';
}

/**
 * Against DNS rebinding: a foreign site whose name is made to resolve to this machine is, for the
 * browser, the same site as we are, and could read everything. But the name that it was asked for
 * stands in `Host`, and no script can change that.
 *
 * So without a sign-in, which is only possible on loopback, we answer to loopback's names and the
 * one that we are bound to. With a sign-in any name is good: a browser keeps a password for the
 * site it was typed into and sends none to another name, so a rebound site gets 401. Proxies and
 * tunnels bring names that we could not know.
 */
export function requireKnownHost(app: FastifyInstance, bound: string, hasSignIn: boolean): void {
  if (hasSignIn) return;
  app.addHook('onRequest', async (request) => {
    if (request.url === '/healthz') return;
    const name = (request.headers.host ?? '').replace(/:\d*$/, '');
    if (isLoopback(name) || name.toLowerCase() === bound.toLowerCase()) return;
    throw new AppError(
      'not_allowed',
      'This server does not answer to that name. Open it by the address that it told when it started, or give it WEB_USER and WEB_PASSWORD.',
    );
  });
}
