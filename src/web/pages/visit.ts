import type { FastifyRequest } from 'fastify';
import { unknownCounts } from '../../ledger/index.ts';
import type { WebContext } from '../context.ts';
import type { Visit } from './layout.ts';

/** What a page must know about the request that it answers. */
export async function visitOf(
  request: FastifyRequest,
  { ledger, user }: WebContext,
): Promise<Visit> {
  const { orders } = await unknownCounts(ledger);
  return {
    url: request.method === 'GET' ? request.url : null,
    who: request.signedIn ?? user,
    now: new Date(),
    unknownOrders: orders,
  };
}
