import type { FastifyRequest } from 'fastify';
import { unknownCounts } from '../../ledger/index.ts';
import { isNamed, mayDo } from '../../people/index.ts';
import type { WebContext } from '../context.ts';
import { sessionOf } from '../security/cookie.ts';
import { personOf } from '../security/sign-in.ts';
import type { Visit } from './layout.ts';

/** What a page must know about the request that it answers. */
export async function visitOf(request: FastifyRequest, { ledger }: WebContext): Promise<Visit> {
  const { orders } = await unknownCounts(ledger);
  const person = personOf(request);
  const { name, how, roles } = person;
  const isSession = how !== 'proxy' && hasSession(request);
  return {
    url: request.method === 'GET' ? request.url : null,
    who: isNamed(person) ? null : name,
    may: { submit: mayDo(person, 'submit'), admin: mayDo(person, 'admin') },
    signedIn:
      how === 'open' || (how === 'web_user' && !isSession)
        ? null
        : { name, roles: roles.join(' and '), isSession },
    now: new Date(),
    unknownOrders: orders,
  };
}

const hasSession = (request: FastifyRequest): boolean =>
  request.headers.authorization === undefined && sessionOf(request) !== undefined;

/** Of a page that knows nobody, and reads nothing from the ledger. */
export const STRANGER: Visit = {
  url: null,
  who: '',
  may: { submit: true, admin: true },
  signedIn: null,
  now: new Date(0),
  unknownOrders: 0,
};
