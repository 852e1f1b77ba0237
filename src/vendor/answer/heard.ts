/** All that came on the connection of an order: what is judged, and what is kept as evidence. */
import { isStored } from '../wire/headers.ts';
import type { Parts } from '../wire/transcript.ts';
import type { Received } from '../wire/wire.ts';
import { isBlank } from './blank.ts';
import { readAnyText, showText } from './charset.ts';
import { LARGEST_ANSWER } from './decode.ts';
import { decompress } from './decompress.ts';
import { mentionsFault } from './fault-mentions.ts';
import { OF_BROWSERS, readLine, tellsOfPart } from './head-lines.ts';
import { namesPhoneNumber } from './phone-numbers.ts';
import { mentionsSale } from './sale-mentions.ts';

export type Heard = Received & {
  head: Buffer;
  /** What came beside the answer or after it, or after the compressed part of it. */
  after: Buffer;
  /** Why this is not one whole answer, as the end of a sentence; null when it is one. */
  why: string | null;
};

/** The body is decompressed, or as much of it as can be, up to `mostBytes`. */
export function hear(
  received: Received & Partial<Parts>,
  mostBytes: number = LARGEST_ANSWER,
): Heard {
  const { head = NO_BYTES, beyond = NO_BYTES } = received;
  const opened = decompress(received.body, received.headers['content-encoding'], mostBytes);
  const after = 'why' in opened ? beyond : Buffer.concat([opened.rest, beyond]);
  const doubts = [
    'why' in opened && opened.why,
    !isBlank(after) && 'more bytes followed it on the same connection',
    isStored(received.headers) &&
      'it comes from a cache, and may be the answer to an earlier request',
  ];
  return {
    ...received,
    head,
    body: opened.body,
    after,
    why: doubts.find((why) => why !== false) ?? null,
  };
}

const NO_BYTES = Buffer.alloc(0);

/**
 * The lines of the head that speak of a sale or a fault, beside the numbers that are listed as
 * sold; of a sale of fewer than asked, also fields of pages. Such a word alone is too common in a
 * field, as in `success_fraction`: it must also name an order or a number, or have the name of a
 * state. A field that comes in several lines counts as one.
 */
export function linesInDoubt(heard: Heard, listed: string[]): string[] {
  return linesThat(heard, (line) => {
    const others = listed.reduce((rest, number) => rest.replaceAll(number, '#'), line);
    const { name, value } = readLine(others);
    if (name === '') return namesPhoneNumber(value) || mentionsSale(value) || mentionsFault(value);
    return tellsOfOrder(others) || (listed.length > 0 && tellsOfPart({ name, value }));
  });
}

/** Whether a line of the head, also of one of status 102 or 103 before it, tells of a part. */
export function mayBePart(heard: Heard): boolean {
  return linesThat(heard, (line) => tellsOfPart(readLine(line))).length > 0;
}

function linesThat({ headers, head }: Heard, tell: (line: string) => boolean): string[] {
  const lines = linesOf(head).filter(tell);
  if (lines.length > 0) return lines;
  const fields = Object.entries(headers).map((field) => field.join(': '));
  return fields.filter(tell);
}

function tellsOfOrder(field: string): boolean {
  const [name] = field.split(':', 1) as [string];
  const isAbout = !OF_BROWSERS.test(name) && (STATE.test(name) || ORDER.test(field));
  if (mentionsSale(field)) return isAbout || namesPhoneNumber(field);
  // Proxies put such words into names: `x-upstream-status`.
  return isAbout && mentionsFault(field.slice(name.length));
}

const ORDER = /(?<![a-z])(?:numbers?|orders?|purchas(?:es?|ing)|transactions?|slots?)(?![a-z])/i;
const STATE = /status|state|result|message|reason|warning|error(?!-?type)/i;

function linesOf(head: Buffer): string[] {
  // Never null: what a parser of HTTP lets pass is text.
  const text = readAnyText(head, null) ?? '';
  return text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
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
