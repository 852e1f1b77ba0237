import type { OutgoingHttpHeaders } from 'node:http';
import Fastify from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role, TOKEN_ROLES } from '../../src/people/index.ts';
import { requireRoles } from '../../src/web/security/roles.ts';
import { as, nameOf, signedIn, tokenFor, usersFile } from './people.ts';
import { ask, ledgerOfFile, openSite, type Site } from './site.ts';

const given = ledgerOfFile();
let site: Site;
beforeAll(async () => {
  site = await openSite(given, { users: { latest: usersFile() }, boardControls: true });
});

type Route = Site['routes'][number];

/** Whose requests are served. Who says yes is another than who asks: `approve` is no `submit`. */
const SERVED: Record<Route['role'], readonly (Role | 'nobody')[]> = {
  anyone: ['nobody', 'view', 'submit', 'approve', 'admin'],
  view: ['view', 'submit', 'approve', 'admin'],
  submit: ['submit', 'admin'],
  approve: ['approve', 'admin'],
  admin: ['admin'],
};

/** Names of what there is not: who is let in meets a 404 or a 400, and nothing is changed. */
const pathOf = ({ url }: Route) =>
  url
    .replace(/:id\b|:order\b/g, '999999')
    .replace(/:\w+\??/g, 'nothing')
    .replace('*', 'nothing');

/** What the gate says of a request; what a route says of it does not matter here. */
async function gateSays(route: Route, headers: OutgoingHttpHeaders): Promise<string> {
  const { status, text } = await ask(site, pathOf(route), { method: route.method, headers });
  // The page to sign in on finds no name in the request: that is its own word.
  if (status === 401 && route.url !== '/sign-in') return 'sign in';
  if (status !== 403) return 'served';
  // A HEAD says nothing of why: the board refuses some routes itself.
  if (route.method === 'HEAD') return gateSays({ ...route, method: 'GET' }, headers);
  return text.includes('needs the role') ? 'refused' : 'served';
}

const wished = ({ role }: Route, who: Role | 'nobody') =>
  SERVED[role].includes(who) ? 'served' : who === 'nobody' ? 'sign in' : 'refused';

/** What each route says to one who asks by these headers, and what it should say. */
async function compare(who: Role | 'nobody', headers: OutgoingHttpHeaders) {
  const said: Record<string, string> = {};
  const should: Record<string, string> = {};
  for (const route of site.routes) {
    const name = `${route.method} ${route.url}`;
    said[name] = await gateSays(route, headers);
    should[name] = wished(route, who);
  }
  return { said, should };
}

describe('every route', () => {
  test('serves nobody who has not signed in, but for the page to do it on', async () => {
    const { said, should } = await compare('nobody', {});
    expect(said).toEqual(should);
    expect(site.routes.filter(({ role }) => role === 'anyone').map(({ url }) => url)).toEqual(
      expect.arrayContaining(['/healthz', '/sign-in', '/sign-out']),
    );
    expect(site.routes.length).toBeGreaterThan(80);
  });

  test.each(ROLES)(
    'serves and refuses a person with the role %s by their password',
    async (role) => {
      const { said, should } = await compare(role, as(role));
      expect(said).toEqual(should);
    },
  );

  test.each(ROLES)(
    'serves and refuses a person with the role %s by their session',
    async (role) => {
      const cookie = await signedIn(site, nameOf(role));
      const { said, should } = await compare(role, { cookie });
      expect(said).toEqual(should);
    },
  );

  test.each(TOKEN_ROLES)('serves and refuses a token with the role %s', async (role) => {
    const token = await tokenFor(site, role);
    const { said, should } = await compare(role, { authorization: `Bearer ${token}` });
    expect(said).toEqual(should);
  });
});

test('a route without a role stops the start', async () => {
  const app = Fastify();
  requireRoles(app);
  app.get('/open', { config: { role: 'view' } }, () => 'fine');
  app.get('/forgotten', () => 'open to all');
  await expect(app.ready()).rejects.toThrow('these routes have no role: GET /forgotten');
});

// `npx vitest run test/web/routes-by-role.test.ts -u` writes the page again.
test('docs/routes.md has every route, and who may ask for it', async () => {
  await expect(pageOf(site.routes)).toMatchFileSnapshot('../../docs/routes.md');
});

const HEAD = `# Routes and roles

What a person or a token with one role may ask for. [People](people.md) says what the roles mean.
A test sends every one of these requests with every role: by password, session and token.

| route | nobody | view | submit | approve | admin |
|---|---|---|---|---|---|
`;

function pageOf(routes: Route[]): string {
  const rows = routes
    .filter(({ method }) => method !== 'HEAD')
    // The address of these files changes with them.
    .map((route) => ({ ...route, url: route.url.replace(/^\/assets\/.*/, '/assets/…') }))
    .map((route) => ({ ...route, url: route.url.replace(/^\/queues\b.*/, '/queues…') }))
    .toSorted((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : a.method < b.method ? -1 : 1))
    .map(({ method, url, role }) => {
      const cells = (['nobody', ...ROLES] as const).map((who) =>
        SERVED[role].includes(who) ? 'yes' : '',
      );
      return `| \`${method} ${url}\` | ${cells.join(' | ')} |\n`;
    });
  return HEAD + [...new Set(rows)].join('');
}
