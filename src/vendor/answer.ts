/**
 * From what became of the bytes to what it means for the order: the table in docs/settling.md.
 * That nothing was bought is proven only when every part of the answer says so: an answer that
 * contradicts itself is doubt.
 *
 *   nothing handed over                                       not_sent
 *   status 429, and a body that agrees                        throttled
 *   200, a sale of as many as asked / fewer                   filled / short
 *   200, a refusal for want of stock                          short, with no numbers
 *   200, a refusal that blames the keys / asks for a pause    credentials / throttled
 *   200, any other refusal                                    refused
 *        (none of these names a phone number or speaks of a sale)
 *   anything else                                             unknown
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Decoded, decode, LARGEST_ANSWER } from './decode.ts';
import { doubtOfPause } from './pause-request.ts';
import { namedNumbers } from './phone-numbers.ts';
import type { MeaningOf } from './refusals.ts';
import type { OrderRequest } from './request.ts';
import { retryAfterMs } from './retry-after.ts';
import { showText } from './text.ts';
import { unpack } from './unpack.ts';
import type { Received, Sent } from './wire.ts';

export type Outcome =
  | 'filled'
  | 'short'
  | 'refused'
  | 'credentials'
  | 'throttled'
  | 'not_sent'
  | 'unknown';

export type Answer = {
  outcome: Outcome;
  /** Ten digits each, distinct; empty unless the outcome is `filled` or `short`. */
  numbers: string[];
  /** The HTTP status, when an answer had at least begun. */
  status: number | null;
  /** One sentence for people. */
  what: string;
  /** What came back, for whatever is not a plain sale, without keys and cut at 4000 characters. */
  body: string | null;
  /** How long the vendor asks to be left alone; only for `throttled`, null when it did not say. */
  retryAfterMs: number | null;
};

export type Judge = { meaningOf: MeaningOf; scrub: (text: string) => string };

export function notSent(fault: string): Answer {
  return { ...NOTHING, outcome: 'not_sent', what: `Nothing was sent: ${fault}.` };
}

/** Pure and total. Whatever it cannot place is unknown. */
export function judge(sent: Sent, request: OrderRequest, { meaningOf, scrub }: Judge): Answer {
  if (sent.bytes === 'none') return notSent(sent.fault);
  if (sent.bytes === 'handed') {
    const kept = { ...NOTHING, ...evidence(sent.received, scrub) };
    return unknown(`The order was handed over, but no whole answer came: ${sent.fault}`, kept);
  }
  const unpacked = unpack(sent.body, sent.headers['content-encoding'], LARGEST_ANSWER);
  if ('why' in unpacked) {
    return unknown(`The answer is unclear: ${unpacked.why}`, { ...NOTHING, status: sent.status });
  }
  return judgeWhole({ ...sent, body: unpacked.body }, request, { meaningOf, scrub });
}

function judgeWhole(sent: Received, request: OrderRequest, { meaningOf, scrub }: Judge): Answer {
  const decoded = decode(sent.body, contentTypeOf(sent), request.quantity, meaningOf);
  if (sent.status === 200) {
    if (decoded.says === 'sold') return sale(decoded.numbers, request);
    const kept = { ...NOTHING, ...evidence(sent, scrub) };
    if (decoded.says === 'failed') return refusal(decoded, kept, pause(sent.headers), scrub);
    return unknown(`The answer is unclear: ${decoded.why}`, kept);
  }
  const kept = { ...NOTHING, ...evidence(sent, scrub) };
  if (sent.status !== 429) {
    return unknown(`The vendor answered with status ${sent.status}, which proves nothing`, kept);
  }
  const doubt = doubtOfPause(sent, decoded);
  if (doubt !== null) return unknown(`The vendor asks for a pause, but ${doubt}`, kept);
  const what = 'The vendor asks for a pause (status 429).';
  return { ...kept, outcome: 'throttled', what, retryAfterMs: pause(sent.headers) };
}

const NOTHING = { numbers: [], status: null, body: null, retryAfterMs: null };

type Kept = Omit<Answer, 'outcome' | 'what'>;

/** Numbers that such an answer names are no proof, but evidence: the kept body holds them. */
function unknown(why: string, kept: Kept): Answer {
  const named = namedNumbers(kept.body ?? '').length;
  const numbers = named === 1 ? '1 phone number' : `${named} phone numbers`;
  const what = named === 0 ? `${why}.` : `${why}. What came names ${numbers}.`;
  return { ...kept, outcome: 'unknown', what };
}

function sale(numbers: string[], { quantity, fillQuantity }: OrderRequest): Answer {
  const all = numbers.length === quantity;
  // All or nothing was asked, and the vendor broke its word; but what it lists is bought.
  const although = fillQuantity && !all ? ', although all or nothing was asked' : '';
  return {
    ...NOTHING,
    outcome: all ? 'filled' : 'short',
    numbers,
    status: 200,
    what: `${numbers.length} of ${quantity} numbers were bought${although}.`,
  };
}

function refusal(
  { means, text }: Extract<Decoded, { says: 'failed' }>,
  kept: Kept,
  pauseMs: number | null,
  scrub: Judge['scrub'],
): Answer {
  const quoted = `"${cut(scrub(text.replace(/\s+/g, ' ')), 500)}"`;
  switch (means) {
    case 'stock':
      return { ...kept, outcome: 'short', what: `The vendor has no such numbers: ${quoted}` };
    case 'credentials':
      return { ...kept, outcome: 'credentials', what: `The vendor rejects the keys: ${quoted}` };
    case 'busy': {
      const what = `The vendor asks for a pause: ${quoted}`;
      return { ...kept, outcome: 'throttled', what, retryAfterMs: pauseMs };
    }
    case 'refused':
      return { ...kept, outcome: 'refused', what: `The vendor refused: ${quoted}` };
  }
}

const MOST_KEPT = 4_000;

function evidence(
  received: Received | null,
  scrub: Judge['scrub'],
): { status: number | null; body: string | null } {
  if (received === null) return { status: null, body: null };
  const shown = showText(received.body, contentTypeOf(received));
  // Cut after scrubbing: a cut through a key would leave half of it.
  return { status: received.status, body: cut(scrub(shown), MOST_KEPT) };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

function contentTypeOf({ headers }: Received): string | null {
  return headers['content-type'] ?? null;
}

function pause(headers: IncomingHttpHeaders): number | null {
  return retryAfterMs(headers['retry-after'], Date.now());
}
