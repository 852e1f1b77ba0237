import type { FastifyInstance } from 'fastify';

type Params = Record<string, string>;

/** Where a form is posted to, and the page that it stands on. */
const FORMS: Record<string, (params: Params) => string> = {
  '/plans': () => '/',
  '/plans/uploads/:token': () => '/plans/new',
  '/plans/:id/:move': ({ id }) => `/plans/${encodeURIComponent(id!)}`,
  '/unknown/:order/:way': ({ order }) => `/unknown?order=${encodeURIComponent(order!)}`,
  '/unknown/accept': () => '/unknown',
  '/accounts/:name/:press': ({ name }) => `/accounts/${encodeURIComponent(name!)}`,
};

/** A form that was refused leaves its address in the browser: asked for again, it leads to its page. */
export function addWaysBack(app: FastifyInstance): void {
  for (const [url, page] of Object.entries(FORMS)) {
    app.get(url, (request, reply) => reply.redirect(page(request.params as Params), 303));
  }
}
