import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import type { Meters } from '../monitor/index.ts';
import type { Numbering } from '../numbering/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import type { Traces } from '../tracing/index.ts';

/** What the web's routes work with. They never call the vendor; workers read the ledger. */
export type WebContext = {
  ledger: Ledger;
  log: Log;
  /** What the area codes of plans are checked against. */
  numbering: Numbering;
  /** The folder for uploads; made when it is missing. */
  uploadsFolder: string;
  /** The user of this machine, who acts where no name is given. */
  user: string;
  /** Opened on first use, closed with the context. Rejects with AppError `queue_down`. */
  queueOf(account: string): Promise<OrderQueue>;
  meters: Meters;
  /** Undefined without tracing. */
  traces?: Traces | undefined;
};

/** A request, as its route's schemas read it, and what answers it. */
export type Asked<Params = unknown, Query = unknown, Body = unknown, Headers = unknown> = {
  context: WebContext;
  request: FastifyRequest<{ Params: Params; Querystring: Query; Body: Body; Headers: Headers }>;
  reply: FastifyReply;
};

/** A request does not wait longer for the end of a huge plan: an answer comes within a second. */
const END_WITHIN_MS = 500;

export const steering = (context: WebContext) => ({ ...context, endWithinMs: END_WITHIN_MS });
