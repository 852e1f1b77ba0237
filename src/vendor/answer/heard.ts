/** All that came on the connection of a request: what is judged, and what is kept as evidence. */
import { isStored } from '../wire/headers.ts';
import type { Parts } from '../wire/transcript.ts';
import type { Received } from '../wire/wire.ts';
import { readAnyText, showText } from './charset.ts';
import { LARGEST_ANSWER } from './decode.ts';
import { decompress } from './decompress.ts';
import { mentionsFault } from './fault-mentions.ts';
import {
  type HeadLine,
  isCommon,
  OF_BROWSERS,
  readLine,
  tellsOfPart,
  withoutUsual,
} from './head-lines.ts';
import { namesPhoneNumber } from './phone-numbers.ts';
import { mentionsSale } from './sale-mentions.ts';

export type Heard = Received & {
  head: Buffer;
  /** What came beside or after the answer, or after its compressed part. */
  after: Buffer;
  /** Why more may have been on its way, as the end of a sentence; null: nothing shows that. */
  whyCut: string | null;
  /** Why this is not one whole answer, as the end of a sentence; null when it is one. */
  why: string | null;
};

/** The body is decompressed, or as much of it as can be, up to `mostBytes`. */
export function hear(
  received: Received & Partial<Parts>,
  mostBytes: number = LARGEST_ANSWER,
): Heard {
  const { head = NO_BYTES, beyond = NO_BYTES, wasCut = false } = received;
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
    whyCut: wasCut ? 'its connection was cut, and more may have been on its way' : null,
    why: doubts.find((why) => why !== false) ?? null,
  };
}

const NO_BYTES = Buffer.alloc(0);

/**
 * The lines of the head that tell of an order, a part or a fault. `listed` are the numbers that the
 * body lists as sold: a line may name them. A line that asks for a wait counts only beside a sale:
 * there it says that the rest may come.
 */
export function linesInDoubt(heard: Heard, listed: string[]): string[] {
  return linesThat(heard, (line) => {
    const said = readLine(listed.reduce((rest, number) => rest.replaceAll(number, '#'), line));
    const isWait = listed.length === 0 && /^(?:x-)?retry-/i.test(said.name);
    return tellsOfOrder(said) || (!isWait && tellsOfPart(said));
  });
}

/** Whether a line of the head tells of a part. */
export function mayBePart(heard: Heard): boolean {
  return linesThat(heard, (line) => tellsOfPart(readLine(line))).length > 0;
}

function linesThat({ headers, head }: Heard, tell: (line: string) => boolean): string[] {
  const lines = linesOf(head).filter(tell);
  if (lines.length > 0) return lines;
  const fields = Object.entries(headers).map((field) => field.join(': '));
  return fields.filter(tell);
}

/**
 * Whether a line tells of an order or a sale. The name of such a field is not known, so words of a
 * sale count in any field. In a common one they count only beside an order or a phone number.
 */
function tellsOfOrder({ name, value }: HeadLine): boolean {
  const field = name === '' ? value : `${name}:${value}`;
  const isAbout = !isCommon(name) || (!OF_BROWSERS.test(name) && ORDER.test(field));
  if (mentionsSale(field)) return isAbout || namesPhoneNumber(field);
  if (isCommon(name)) return isAbout && mentionsFault(value);
  const isNamed = ORDER_NAMES.test(withoutUsual(name)) || ORDER.test(value.replace(HARMLESS, '|'));
  return isNamed || (name === '' && namesPhoneNumber(value));
}

const ORDER =
  /(?<![a-z])(?:numbers?|orders?|sales?|purchas(?:es?|ing)|transactions?|slots?)(?![a-z])/i;
/** Anywhere in a name, as in `x-orderid`. */
const ORDER_NAMES = new RegExp(
  'order|purchas|sold|sales?(?![a-z])|bought|charge|billed|invoice|receipt|quantity|qty|numbers?|' +
    'slot|transaction|fulfil|reserv|provision|payment|price|cost|amount|paid',
  'i',
);
/** What was asked for, and a limit of rate. */
const HARMLESS = /numbers\.order|routing\.numbers|too many (?:orders|purchases)/gi;

function linesOf(head: Buffer): string[] {
  // Never null: an HTTP parser lets only text pass.
  const text = readAnyText(head, null) ?? '';
  return text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
}

/** In bytes. Some servers add a blank line after an answer. More may hide what comes after them. */
const MOST_BLANKS = 1_000;
const BLANKS = [...Buffer.from('\r\n\t ')];

/** Whether the bytes that follow an answer say nothing. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.length <= MOST_BLANKS && bytes.every((byte) => BLANKS.includes(byte));
}

/** The body and what came after it, without keys, cut at 4000 characters. */
export function textOf({ headers, body, after }: Heard, scrub: (text: string) => string): string {
  const parts = [showText(body, headers['content-type'] ?? null)];
  if (!isBlank(after)) parts.push(showText(after, null));
  // Scrub before cutting: a cut through a key would leave half of the key. Scrub all at once: a key
  // may begin in one part and end in the next.
  const text = scrub(parts.join('\n'));
  if (parts.length === 1 || text.length <= MOST_KEPT) return cut(text, MOST_KEPT);
  // Both ends are evidence. The mark keeps halves of two numbers from reading as one number.
  return `${cut(text, HALF_KEPT)}\n[cut]\n${text.slice(-HALF_KEPT).toWellFormed()}`;
}

const MOST_KEPT = 4_000;
const HALF_KEPT = MOST_KEPT / 2 - 10;

export function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}
