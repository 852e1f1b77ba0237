/** All that came on the connection of an order: what is judged, and what is kept as evidence. */
import { type Headers, isStored } from '../wire/headers.ts';
import type { Received } from '../wire/wire.ts';
import { isBlank } from './blank.ts';
import { showText } from './charset.ts';
import { LARGEST_ANSWER } from './decode.ts';
import { decompress } from './decompress.ts';
import { namesPhoneNumber } from './phone-numbers.ts';
import { mentionsSale } from './sale-mentions.ts';

export type Heard = Received & {
  /** What followed the answer, or the compressed part of it. */
  after: Buffer;
  /** Why this is not one whole answer, as the end of a sentence; null when it is one. */
  why: string | null;
};

/** The body is decompressed, or as much of it as can be. */
export function hear(received: Received & { beyond?: Buffer }): Heard {
  const beyond = received.beyond ?? Buffer.alloc(0);
  const opened = decompress(received.body, received.headers['content-encoding'], LARGEST_ANSWER);
  const after = 'why' in opened ? beyond : Buffer.concat([opened.rest, beyond]);
  const doubts = [
    'why' in opened && opened.why,
    !isBlank(after) && 'more bytes followed it on the same connection',
    isStored(received.headers) && 'it comes from a cache, and may be that of another order',
  ];
  return {
    ...received,
    body: opened.body,
    after,
    why: doubts.find((why) => why !== false) ?? null,
  };
}

/**
 * Whether a field of the head has words of a sale and a phone number. Either alone is too common
 * there: fields have ids of ten digits, and names such as `success_fraction`.
 */
export function headTellsOfSale(headers: Headers): boolean {
  const fields = Object.entries(headers).map((field) => field.join(': '));
  return fields.some((field) => namesPhoneNumber(field) && mentionsSale(field));
}

/** All of it as text, without keys, cut at 4000 characters. */
export function textOf({ headers, body, after }: Heard, scrub: (text: string) => string): string {
  const parts = [showText(body, headers['content-type'] ?? null)];
  if (!isBlank(after)) parts.push(showText(after, null));
  // Scrub before cutting: a cut through a key would leave half of it. And all at once: a key may
  // begin in one part and end in the next.
  const text = scrub(parts.join('\n'));
  if (parts.length === 1 || text.length <= MOST_KEPT) return cut(text, MOST_KEPT);
  // The end tells as much as the beginning. The mark keeps two halves of numbers apart.
  return `${cut(text, HALF_KEPT)}\n[cut]\n${text.slice(-HALF_KEPT).toWellFormed()}`;
}

const MOST_KEPT = 4_000;
const HALF_KEPT = MOST_KEPT / 2 - 10;

export function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
