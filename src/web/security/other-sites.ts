import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../../config/index.ts';
import { AppError } from '../../errors.ts';

/**
 * Against DNS rebinding: another site can make its name resolve to this machine. The browser then
 * takes both for one site, which could read everything. `Host` holds that name, and no script can
 * change it.
 *
 * Without a sign-in, which is allowed on loopback only, the server answers to the names of loopback
 * and to the name that it is bound to. With a sign-in it answers to any name: proxies and tunnels
 * use names that it cannot know. A browser sends a password only to the name that it was typed for,
 * so a rebound site gets 401.
 */
export function requireKnownHost(app: FastifyInstance, bound: string, hasSignIn: boolean): void {
  if (hasSignIn) return;
  app.addHook('onRequest', async (request) => {
    if (request.url === '/healthz') return;
    const name = (request.headers.host ?? '').replace(/:\d*$/, '');
    if (isLoopbackHost(name) || name.toLowerCase() === bound.toLowerCase()) return;
    throw new AppError(
      'not_allowed',
      'This server does not answer to that name. Open it by the address that it printed ' +
        'when it started, or give it USERS_FILE, or WEB_USER and WEB_PASSWORD.',
    );
  });
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends its password also with a request that a page of another site makes. So requests
 * that change something must come from our own pages. Browsers name the source in `Sec-Fetch-Site`;
 * older ones, and all over plain HTTP, only in `Origin`. A request with neither is not from a
 * browser, and holds only its sender's own password.
 */
export function refuseOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method) || isOurs(request)) return;
    throw new AppError(
      'not_allowed',
      'The request was sent by a page of another site, and only our own pages and ' +
        'programs may change something here. Nothing was changed.',
    );
  });
}

function isOurs({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  // Behind a proxy, Host may be another name; the browser knows which site it is on.
  if (site === 'same-origin' || headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
