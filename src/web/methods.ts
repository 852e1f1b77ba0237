import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import type { RouteRole } from './security/roles.ts';

/**
 * Answers requests without a route: OPTIONS with the methods of the path, another method with 405
 * and the same list, an unknown path with 404. Added first, it answers before a body is read.
 */
export function answerOtherMethods(app: FastifyInstance, routes: () => RouteRole[]): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0]!.replace(/(?<=.)\/+$/, '');
    const those = routes().filter(({ url }) => patternOf(url).test(path));
    const methods = new Set(those.map(({ method }) => method));
    if (methods.size === 0) throw nowhere(request.method, path);
    const allow = [...methods, 'OPTIONS'].sort().join(', ');
    reply.header('allow', allow);
    if (request.method === 'OPTIONS') return reply.status(204).send();
    throw Object.assign(new Error(`${path} takes ${allow}, not ${request.method}`), {
      statusCode: 405,
    });
  });
}

export function nowhere(method: string, path: string): AppError {
  return path === '/api' || path.startsWith('/api/')
    ? new AppError('not_found', `There is no ${method} ${path}. /api shows what there is.`)
    : new AppError('not_found', 'There is no such page here.');
}

/** A route's path as a pattern: `:id` is one part, `*` any number of parts. */
function patternOf(url: string): RegExp {
  const parts = url.replace(/(?<=.)\/+$/, '').split('/');
  const patterns = parts.map((part) =>
    part.startsWith(':')
      ? '[^/]+'
      : part === '*'
        ? '.*'
        : part.replace(/[|\\{}()[\]^$+*?.]/g, '\\$&'),
  );
  return new RegExp(`^${patterns.join('/')}$`);
}
