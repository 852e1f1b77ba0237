import type { FastifyRequest } from 'fastify';
import type { WebContext } from './context.ts';

/**
 * Who does it, for the events: the given name, and the name that signed in where it is another.
 * Without either, the user of this machine.
 */
export function actor(
  { signedIn }: FastifyRequest,
  { user }: WebContext,
  given?: string | null,
): string {
  const name = given?.trim();
  if (!name) return signedIn ?? user;
  return signedIn && signedIn !== name ? `${name} (signed in as ${signedIn})` : name;
}

/** The same of a person who must have a name; undefined without one. */
export function namedActor(
  request: FastifyRequest,
  context: WebContext,
  given: string | undefined,
): string | undefined {
  return given || request.signedIn ? actor(request, context, given) : undefined;
}
