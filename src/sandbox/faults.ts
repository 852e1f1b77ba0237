/**
 * The ways in which a vendor can treat an order, as a table: what arrives, and whether numbers were
 * sold. A fault that sells still sells nothing to an order that the vendor must refuse; it then
 * spoils the refusal.
 */
import type { ServerResponse } from 'node:http';
import {
  DECLINED,
  ERROR_PAGE,
  failed,
  NO_NUMBERS,
  PROCESSING,
  success,
  WRONG_KEYS,
} from './answers.ts';
import type { Random } from './random.ts';
import type { Sale } from './sales.ts';

type Reply = { response: ServerResponse; sale: Sale; random: Random };

export type Fault = {
  /** `coin`: a coin from the seed decides, so the answer tells a client nothing. */
  sells: 'yes' | 'no' | 'coin';
  /** One of the numbers sold is one that was sold before. */
  repeats?: true;
  /** The numbers sold are of another area code than was asked for. */
  elsewhere?: true;
  /** How much later than usual the answer comes, in milliseconds. */
  waitMs?: number;
  /** Absent: no answer ever comes, and the connection stays open. */
  answer?: (reply: Reply) => void;
};

/** Longer than an impatient client waits, shorter than a test lasts. */
export const SLOW_MS = 2_000;

export const FAULTS = {
  /** No fault: honest and prompt. */
  ok: { sells: 'yes', answer: honestly },
  /** A refusal for a reason that no rule knows. */
  refuse: { sells: 'no', answer: ({ response }) => xml(response, failed(DECLINED)) },
  no_stock: { sells: 'no', answer: ({ response }) => xml(response, failed(NO_NUMBERS)) },
  bad_keys: { sells: 'no', answer: ({ response }) => xml(response, failed(WRONG_KEYS)) },
  /** 429 with Retry-After: 1 (second). */
  throttle: {
    sells: 'no',
    answer: ({ response }) =>
      plain(response.setHeader('retry-after', '1'), 429, 'Too Many Requests'),
  },
  busy_503: { sells: 'no', answer: ({ response }) => plain(response, 503, 'Service Unavailable') },
  /** 500 before anything was sold, and 500 after: the same on the wire. */
  error_before: { sells: 'no', answer: serverError },
  error_after: { sells: 'yes', answer: serverError },
  /** The connection ends without a byte; a coin decides between FIN and RST. */
  cut_before: { sells: 'no', answer: cut },
  cut_after: { sells: 'yes', answer: cut },
  /** Status 200 and half of the promised bytes, then FIN. */
  half_body: { sells: 'yes', answer: halfBody },
  /** The true answer cut off anywhere, yet complete as far as HTTP can tell. */
  early_end: { sells: 'yes', answer: earlyEnd },
  /** Status 200 and a page for people. */
  html: {
    sells: 'coin',
    answer: ({ response }) => whole(response, 200, 'text/html; charset=utf-8', ERROR_PAGE),
  },
  /** Status 200 and no body. */
  empty: { sells: 'coin', answer: ({ response }) => xml(response, '') },
  hang: { sells: 'no' },
  hang_after: { sells: 'yes' },
  /** Honest; sold at once, answered two seconds later. */
  slow: { sells: 'yes', waitMs: SLOW_MS, answer: honestly },
  /** Lists every number sold, and counts one more. */
  wrong_quantity: { sells: 'yes', answer: wrongQuantity },
  /** Sells a number again: the last one sold for the same search, else the last one of all. */
  sold_twice: { sells: 'yes', repeats: true, answer: honestly },
  /** 429 with Retry-After: 1, and the whole sale in its body. */
  throttle_after: {
    sells: 'yes',
    answer: ({ response, sale }) =>
      whole(response.setHeader('retry-after', '1'), 429, XML, honestBody(sale)),
  },
  /** Sells, and answers `failed` in words that do not deny the sale. */
  processing: { sells: 'yes', answer: ({ response }) => xml(response, failed(PROCESSING)) },
  /** Sells numbers of another area code; a coin decides whether it answers or cuts. */
  elsewhere: {
    sells: 'yes',
    elsewhere: true,
    answer: (reply) => (reply.random() < 0.5 ? honestly(reply) : cut(reply)),
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export function isFault(text: unknown): text is FaultName {
  return typeof text === 'string' && Object.hasOwn(FAULTS, text);
}

function honestBody(sale: Sale): string {
  return 'refusal' in sale ? failed(sale.refusal) : success(sale.numbers);
}

function honestly({ response, sale }: Reply): void {
  xml(response, honestBody(sale));
}

function wrongQuantity({ response, sale }: Reply): void {
  if ('refusal' in sale) xml(response, failed(sale.refusal));
  else xml(response, success(sale.numbers, sale.numbers.length + 1));
}

function serverError({ response }: Reply): void {
  plain(response, 500, 'Internal Server Error');
}

function cut({ response, random }: Reply): void {
  if (random() < 0.5) response.socket?.destroy();
  else response.socket?.resetAndDestroy();
}

function halfBody({ response, sale }: Reply): void {
  const body = honestBody(sale);
  response.writeHead(200, { 'content-type': XML, 'content-length': body.length });
  // Ends only when the network has the half: an earlier end would lose it.
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
}

function earlyEnd({ response, sale, random }: Reply): void {
  const body = honestBody(sale);
  xml(response, body.slice(0, 1 + Math.floor(random() * (body.length - 1))));
}

const XML = 'text/xml; charset=utf-8';

export function xml(response: ServerResponse, body: string): void {
  whole(response, 200, XML, body);
}

export function plain(response: ServerResponse, status: number, body: string): void {
  whole(response, status, 'text/plain; charset=utf-8', `${body}\n`);
}

function whole(response: ServerResponse, status: number, type: string, body: string): void {
  response
    .writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
    .end(body);
}
