/**
 * What an answer means for its order: the table in docs/settling.md. An answer proves that nothing
 * was bought only when every part of it says so. An answer that contradicts itself proves nothing.
 */
import { fits } from '../../evidence/index.ts';
import type { OrderRequest } from '../request.ts';
import { dateOf, type Headers } from '../wire/headers.ts';
import type { SendResult } from '../wire/wire.ts';
import { type Decoded, decode } from './decode.ts';
import { cut, type Heard, hear, linesInDoubt, textOf } from './heard.ts';
import { namedNumbers } from './phone-numbers.ts';
import { areasIn, namesOtherType } from './plain-words.ts';
import type { MeaningOf } from './refusals.ts';
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
  /** The pause that the vendor asks for, ms; null when it asks for none or names no length. */
  retryAfterMs: number | null;
};

type Sent = Exclude<SendResult, { bytes: 'none' }>;
type Judge = { meaningOf: MeaningOf; scrub: (text: string) => string };

const NOTHING = { numbers: [], status: null, body: null, retryAfterMs: null };

export function notSent(fault: string): Answer {
  return { ...NOTHING, outcome: 'not_sent', what: `Nothing was sent: ${fault}.` };
}

/** Judges any answer, and never throws. What is not proven is `unknown`. */
export function judge(sent: SendResult, request: OrderRequest, by: Judge): Answer {
  if (sent.bytes === 'none') return notSent(sent.fault);
  try {
    return judgeSent(sent, request, by);
  } catch {
    // A bug. The error is not shown: it may quote the vendor, and so the keys.
    return unknown('The answer is unclear: this program failed to read it', keepAnyway(sent, by));
  }
}

function judgeSent(sent: Sent, request: OrderRequest, by: Judge): Answer {
  if (sent.bytes === 'handed') {
    const why = `The order was handed over, but no complete answer came: ${sent.fault}`;
    return unknown(why, keep(sent.received && hear(sent.received), by));
  }
  const heard = hear(sent);
  if (heard.why !== null) return unknown(`The answer is unclear: ${heard.why}`, keep(heard, by));
  return judgeWhole(heard, request, by);
}

function judgeWhole(heard: Heard, request: OrderRequest, by: Judge): Answer {
  const { status, headers, body, whyCut } = heard;
  const isOk = status === 200;
  const type = headers['content-type'] ?? null;
  const decoded = decode(body, type, request.quantity, by.meaningOf);
  const numbers = isOk && decoded.says === 'sold' ? decoded.numbers : [];
  if (numbers.length === request.quantity) return sale(numbers, request);
  if (whyCut !== null) return unknown(`The answer is unclear: ${whyCut}`, keep(heard, by));
  const inDoubt = linesInDoubt(heard, numbers);
  const kept = keepLines(heard, inDoubt, by);
  if (isOk && decoded.says === 'unclear') {
    return unknown(`The answer is unclear: ${decoded.why}`, kept);
  }
  if (!isOk && status !== 429) {
    return unknown(`The vendor answered with status ${status}, which proves nothing`, kept);
  }
  if (inDoubt.length > 0) {
    const why = 'The answer is unclear: its head speaks of an order, a fault or more to come';
    return unknown(why, kept);
  }
  const other = isOk ? otherThanAsked(decoded, request) : null;
  if (other !== null) return unknown(`The answer is unclear: ${other}`, kept);
  if (numbers.length > 0) return sale(numbers, request);
  if (isOk && decoded.says === 'failed') return refusal(decoded, kept, pause(headers), by.scrub);
  const doubt = doubtOf429(heard, decoded);
  if (doubt !== null) return unknown(`The vendor asks for a pause, but ${doubt}`, kept);
  const what = 'The vendor asks for a pause (status 429).';
  return { ...kept, outcome: 'throttled', what, retryAfterMs: pause(headers) };
}

type Kept = Omit<Answer, 'outcome' | 'what'>;

function keep(heard: Heard | null, { scrub }: Judge): Kept {
  return heard === null
    ? NOTHING
    : { ...NOTHING, status: heard.status, body: textOf(heard, scrub) };
}

/** Keeps these lines behind the body. Only an answer that nothing followed comes here. */
function keepLines(heard: Heard, lines: string[], by: Judge): Kept {
  return keep({ ...heard, after: Buffer.from(lines.join('\n')) }, by);
}

function keepAnyway(sent: Sent, by: Judge): Kept {
  const received = sent.bytes === 'handed' ? sent.received : sent;
  try {
    return keep(received && hear(received), by);
  } catch {
    return { ...NOTHING, status: received?.status ?? null };
  }
}

/** The numbers that an unclear answer names are only evidence: `body` has them, `numbers` not. */
function unknown(why: string, kept: Kept): Answer {
  const named = namedNumbers(kept.body ?? '').length;
  const numbers = named === 1 ? '1 phone number' : `${named} phone numbers`;
  const what = named === 0 ? `${why}.` : `${why}. The answer names ${numbers}.`;
  return { ...kept, outcome: 'unknown', what };
}

/**
 * Why a sale of fewer numbers, or of none, may be the answer to another order, as the end of a
 * sentence; null: nothing shows that. The vendor, or a proxy before it, may mix up answers.
 */
function otherThanAsked(decoded: Decoded, { search, ...asked }: OrderRequest): string | null {
  // A text may name an exchange apart from its area code.
  const isPart = (digits: string) => search?.startsWith(digits) || search?.endsWith(digits);
  const isOther = (digits: string) =>
    !fits({ ...asked, areaCode: search }, digits) && !isPart(digits);
  if (decoded.says === 'sold') {
    if (asked.fillQuantity) return 'it lists a part, and the order was for all or none';
    return decoded.numbers.some(isOther) ? 'it lists other numbers than were asked for' : null;
  }
  const tellsOfStock = decoded.says === 'failed' && decoded.means === 'stock' && decoded.isPlain;
  if (!tellsOfStock) return null;
  if (areasIn(decoded.text).some(isOther))
    return 'it speaks of another area than the one that was asked for';
  return namesOtherType(decoded.text, asked.type)
    ? 'it speaks of another type of numbers than the one that was asked for'
    : null;
}

function sale(numbers: string[], { quantity }: OrderRequest): Answer {
  const sold = { ...NOTHING, numbers, status: 200 };
  return numbers.length === quantity
    ? { ...sold, outcome: 'filled', what: `${quantity} of ${quantity} numbers were bought.` }
    : { ...sold, outcome: 'short', what: 'The vendor had no more such numbers.' };
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

const AN_HOUR_MS = 3_600_000;

/**
 * The pause that Retry-After asks for, in seconds or until an HTTP date; ms, an hour at most. Null
 * when the header is absent, unreadable, zero or past: then the ledger's own growing pause applies.
 */
function pause(headers: Headers): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : dateOf(value) - Date.now();
  return waitMs > 0 ? Math.min(waitMs, AN_HOUR_MS) : null;
}
