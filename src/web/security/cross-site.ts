import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends its passwords along with whatever another site makes it ask for, so requests that
 * change something must come from our own pages. Browsers say where a request comes from, in
 * `Sec-Fetch-Site`; older ones, and all of them over plain HTTP, only in `Origin`. What says neither
 * is no browser, and nobody's password is in it but its sender's.
 */
export function refuseOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method) || isOurs(request)) return;
    throw new AppError(
      'not_allowed',
      'The request was sent by a page of another site, and only our own pages and programs may change something here. Nothing was changed.',
    );
  });
}

function isOurs({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  // A proxy may have asked us by another name; the browser knows which site it was on.
  if (site === 'same-origin' || headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
