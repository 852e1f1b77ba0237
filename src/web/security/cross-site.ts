import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';

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
