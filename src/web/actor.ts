import type { FastifyRequest } from 'fastify';
import type { WebContext } from './context.ts';

/**
 * Who does it, for the events: the name that was given and the one that signed in, where they
 * differ; without either, the user of this machine.
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
