import type { FastifyRequest } from 'fastify';
import { countWaitingApprovals, unknownCounts } from '../../ledger/index.ts';
import { isNamed, mayDo, whoIs } from '../../people/index.ts';
import type { Asked } from '../context.ts';
import { sessionOf } from '../security/cookie.ts';
import { personOf } from '../security/sign-in.ts';
import type { Visit } from './layout.ts';

export async function visitOf({ request, context }: Omit<Asked, 'reply'>): Promise<Visit> {
  const [unknown, waitingApprovals] = await Promise.all([
    unknownCounts(context.ledger),
    countWaitingApprovals(context.ledger),
  ]);
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
    unknown,
    waitingApprovals,
    reader: {
      mayAnswer: mayDo(person, 'approve') && isNamed(person) && how !== 'token',
      name: whoIs(person),
    },
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
  unknown: { orders: 0, byPlan: [] },
  waitingApprovals: 0,
  reader: { mayAnswer: false, name: '' },
};
