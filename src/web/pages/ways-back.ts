import type { FastifyInstance } from 'fastify';
import { accountUrl } from './components/mode.ts';

type Params = Record<string, string>;

/** The address a form is posted to, and the page that has the form. */
const FORMS: Record<string, (params: Params) => string> = {
  '/plans': () => '/',
  '/plans/uploads/:token': () => '/plans/new',
  '/plans/:id/:move': ({ id }) => `/plans/${encodeURIComponent(id!)}`,
  // An order that was settled is looked at no more; the list has the way to take that back.
  '/unknown/:order/:way': ({ order, way }) =>
    way === 'undo' ? '/unknown' : `/unknown?order=${encodeURIComponent(order!)}`,
  '/approvals/:id/:answer': () => '/approvals',
  '/accounts/:name/strays/:way': ({ name }) => `${accountUrl(name!)}/strays`,
  '/accounts/:name/lost-plans/dismiss': ({ name }) => `${accountUrl(name!)}/lost-plans`,
  '/accounts/:name/:press': ({ name }) => accountUrl(name!),
};

/** A refused form leaves its address in the browser. A reload of it leads to the form's page. */
export function addWaysBack(app: FastifyInstance): void {
  for (const [url, page] of Object.entries(FORMS)) {
    app.get(url, { config: { role: 'view' } }, (request, reply) =>
      reply.redirect(page(request.params as Params), 303),
    );
  }
}
