import type { FastifyInstance, RouteOptions } from 'fastify';
import { named } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { mayDo, type Person, type Role } from '../../people/index.ts';

/** Who may ask for a route. `anyone`: also who has not signed in. */
export type Needed = Role | 'anyone';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route has one, or the server does not start. */
    role?: Needed;
  }
}

export type RouteRole = { method: string; url: string; role: Needed };

/**
 * Sees to it that every route has a role: one that is forgotten stops the start, and opens nothing.
 * Returns the routes, which are all there once the server is ready. Add it before the routes.
 */
export function requireRoles(app: FastifyInstance): () => RouteRole[] {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const lacking = routes.filter(({ config }) => config?.role === undefined);
    if (lacking.length === 0) return;
    const names = lacking.map(({ method, url }) => `${[method].flat().join(' ')} ${url}`);
    throw new Error(`Bug: these routes have no role: ${names.join(', ')}`);
  });
  return () =>
    routes.flatMap(({ method, url, config }) =>
      [method].flat().map((each) => ({ method: each, url, role: config!.role! })),
    );
}

/** Gives a role to the routes of a plugin that are added to this scope after it. */
export function roleOfAll(scope: FastifyInstance, role: Needed): void {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, role };
  });
}

/** Throws AppError `not_allowed` for a person without the role. */
export function requireRole(person: Person, needed: Role): void {
  if (mayDo(person, needed)) return;
  const { name, roles } = person;
  const has = roles.length === 0 ? 'no role' : `the ${named('role', roles)}`;
  throw new AppError(
    'not_allowed',
    `This needs the role ${needed}, and ${name} has ${has}. An admin gives roles. ` +
      'Nothing was changed.',
  );
}
