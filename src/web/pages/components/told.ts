/**
 * What the program has written down for people, as a page tells it: times as everywhere else on it,
 * and no codes. What is kept stays as it is.
 */
import { type Html, html } from '../html.ts';
import { exact } from './times.ts';

/** ` (ECONNRESET)`, ` (HTTPParserError)`: the words before it say the same. */
const CODE = / \(((?=[\w/]*[A-Z_/]{2})[A-Z][\w/]{3,})\)/g;
const ISO_TIME = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

export function withoutCodes(text: string): string {
  return text.replace(CODE, '');
}

/** The codes of a sentence, for whoever can make something of them. */
export function codesOf(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code]) => code!);
}

/** `A list read after 2026-11-25T22:31:15.087Z can tell.` with `today 22:31:15` in it. */
export function withTimes(text: string, now: Date): Html {
  // What was captured by the separator stands between the other parts.
  const parts = text.split(ISO_TIME);
  return html`${parts.map((part, at) => (at % 2 === 1 ? exact(new Date(part), now) : part))}`;
}

/** The same for a text field, which no script can put into the reader's zone: `25 Nov 22:31 UTC`. */
export function withUtc(text: string): string {
  const parts = text.split(ISO_TIME);
  return parts
    .map((part, at) => (at % 2 === 1 ? `${UTC.format(new Date(part))} UTC` : part))
    .join('');
}

const UTC = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  timeZone: 'UTC',
});

/** As a sentence: with a full stop, unless somebody has made one. */
export function sentence(text: string): string {
  return /[.!?]["”]?$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
