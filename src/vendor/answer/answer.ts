/**
 * What an answer means for its order: the table in docs/settling.md. Only an answer whose every
 * part says so proves that nothing was bought; an answer that contradicts itself is doubt.
 *
 *   nothing handed over                                       not_sent
 *   status 429, and a body that agrees                        throttled
 *   200, a sale of as many as asked / fewer                   filled / short
 *   200, a refusal for want of stock                          short, with no numbers
 *   200, a refusal that blames the keys / asks for a pause    credentials / throttled
 *   200, any other refusal                                    refused
 *        (none of these names a phone number, or speaks of a sale or a fault; all but the last in
 *        plain words)
 *   anything else, or anything more on the connection         unknown
 */
import type { OrderRequest } from '../request.ts';
import type { Headers } from '../wire/headers.ts';
import type { Received, SendResult } from '../wire/wire.ts';
import { isBlank } from './blank.ts';
import { showText } from './charset.ts';
import { type Decoded, decode, LARGEST_ANSWER } from './decode.ts';
import { decompress } from './decompress.ts';
import { namedNumbers } from './phone-numbers.ts';
import type { MeaningOf } from './refusals.ts';
import { retryAfterMs } from './retry-after.ts';
import { doubtOf429 } from './status-429.ts';

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
  /** The HTTP status; null when no answer began. */
  status: number | null;
  /** One sentence for people. */
  what: string;
  /** The answer unless it is a sale, without keys, cut at 4000 characters. */
  body: string | null;
  /** The pause that the vendor asks for, ms; null when it asks for none, or not for how long. */
  retryAfterMs: number | null;
};

type Handed = Exclude<SendResult, { bytes: 'none' }>;
type Judge = { meaningOf: MeaningOf; scrub: (text: string) => string };

export function notSent(fault: string): Answer {
  return { ...NOTHING, outcome: 'not_sent', what: `Nothing was sent: ${fault}.` };
}

/** Judges any answer, and never throws. What is not proven is `unknown`. */
export function judge(sent: SendResult, request: OrderRequest, by: Judge): Answer {
  if (sent.bytes === 'none') return notSent(sent.fault);
  try {
    return judgeHanded(sent, request, by);
  } catch {
    // A bug. Its words may hold the vendor's, and the order may have bought.
    const received = sent.bytes === 'handed' ? sent.received : sent;
    return unknown('The answer is unclear: this program failed to read it', {
      ...NOTHING,
      status: received?.status ?? null,
      body: shownAnyway(received, by.scrub),
    });
  }
}

function shownAnyway(received: Received | null, scrub: Judge['scrub']): string | null {
  try {
    return evidence(received, scrub).body;
  } catch {
    return null;
  }
}

function judgeHanded(sent: Handed, request: OrderRequest, { meaningOf, scrub }: Judge): Answer {
  if (sent.bytes === 'handed') {
    const kept = { ...NOTHING, ...evidence(sent.received, scrub) };
    return unknown(`The order was handed over, but no complete answer came: ${sent.fault}`, kept);
  }
  const opened = decompress(sent.body, sent.headers['content-encoding'], LARGEST_ANSWER);
  const after = 'why' in opened ? sent.beyond : Buffer.concat([opened.rest, sent.beyond]);
  if (!isBlank(after)) {
    const first = 'why' in opened ? '' : showText(opened.body, contentTypeOf(sent));
    // Half for each: the end tells as much as the beginning.
    const parts = [first, showText(after, null)].map((each) => cut(scrub(each), HALF_KEPT));
    return unknown(BEYOND, { ...NOTHING, status: sent.status, body: parts.join('\n') });
  }
  if ('why' in opened) {
    return unknown(`The answer is unclear: ${opened.why}`, { ...NOTHING, status: sent.status });
  }
  return judgeWhole({ ...sent, body: opened.body }, request, { meaningOf, scrub });
}

const BEYOND = 'The answer is unclear: more bytes followed it on the same connection';

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
  const doubt = doubtOf429(sent, decoded);
  if (doubt !== null) return unknown(`The vendor asks for a pause, but ${doubt}`, kept);
  const what = 'The vendor asks for a pause (status 429).';
  return { ...kept, outcome: 'throttled', what, retryAfterMs: pause(sent.headers) };
}

const NOTHING = { numbers: [], status: null, body: null, retryAfterMs: null };

type Kept = Omit<Answer, 'outcome' | 'what'>;

/**
 * Numbers that an unclear answer names prove nothing, but they are evidence: the body keeps them.
 */
function unknown(why: string, kept: Kept): Answer {
  const named = namedNumbers(kept.body ?? '').length;
  const numbers = named === 1 ? '1 phone number' : `${named} phone numbers`;
  const what = named === 0 ? `${why}.` : `${why}. The answer names ${numbers}.`;
  return { ...kept, outcome: 'unknown', what };
}

function sale(numbers: string[], { quantity, fillQuantity }: OrderRequest): Answer {
  const all = numbers.length === quantity;
  // Fewer than all or nothing: the vendor broke its word, but the numbers that it lists are bought.
  const although = fillQuantity && !all ? ', although the order was for all or none' : '';
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
const HALF_KEPT = MOST_KEPT / 2 - 1;

function evidence(
  received: Received | null,
  scrub: Judge['scrub'],
): { status: number | null; body: string | null } {
  if (received === null) return { status: null, body: null };
  const shown = showText(received.body, contentTypeOf(received));
  // Scrub before cutting: a cut through a key would leave half of it.
  return { status: received.status, body: cut(scrub(shown), MOST_KEPT) };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

function contentTypeOf({ headers }: Received): string | null {
  return headers['content-type'] ?? null;
}

function pause(headers: Headers): number | null {
  return retryAfterMs(headers['retry-after'], Date.now());
}
