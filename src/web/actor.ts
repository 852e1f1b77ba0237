import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { By } from '../ledger/index.ts';
import { faultOfName } from '../name-rule.ts';
import { isNamed, whoIs } from '../people/index.ts';
import { personOf } from './security/sign-in.ts';

/** Who does it, for the events. A name that differs from that of the sign-in is kept as a note. */
export function actor(request: FastifyRequest, given?: string | null): By {
  const person = personOf(request);
  const name = given?.trim();
  // Where nobody signs in, a name that is given says more than none.
  const isNote = name && (person.how === 'open' || name !== person.name);
  return { who: whoIs(person), by: isNote ? name : undefined };
}

/** Who does it and why, as the body of a request to the API says it. */
export const signerOf = (
  request: FastifyRequest & {
    body: { by?: string | undefined; why?: string | undefined } | null | undefined;
  },
): By => ({ ...actor(request, request.body?.by), why: request.body?.why });

/** Throws AppError `not_allowed` when the sign-in names no one person: it could be the asker. */
export function answerer(request: FastifyRequest, given?: string | null): By {
  if (isNamed(personOf(request))) return actor(request, given);
  throw new AppError(
    'not_allowed',
    'Only a person who signs in under their own name may approve or refuse, and here the program ' +
      'cannot tell people apart. USERS_FILE gives them names and roles. Nothing was changed.',
  );
}

/** Also when the name that was given is not allowed. */
export const lacksName = (request: FastifyRequest, given: string): boolean =>
  given === '' ? !isNamed(personOf(request)) : faultOfName(given) !== null;
