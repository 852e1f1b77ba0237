/**
 * Texts from the ledger as pages show them: times in the form of the page, without codes, and with
 * buttons instead of commands. The ledger's text stays unchanged.
 */
import { type Html, html } from '../html.ts';
import { exact } from './times.ts';
import { withoutCommands } from './without-commands.ts';

/** ` (ECONNRESET)`, ` (HTTPParserError)`: the words before it say the same. */
const CODE = / \(((?=[\w/]*[A-Z_/]{2})[A-Z][\w/]{3,})\)/g;
const ISO_TIME = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** Leaves times as they are: see `withTimes`. */
export function pageText(text: string): string {
  return withoutCommands(text).replace(CODE, '');
}

export function codesOf(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code]) => code!);
}

/** `A list read after 2026-11-25T22:31:15.087Z can show it.` with `today 22:31:15` in it. */
export function withTimes(text: string, now: Date): Html {
  // split() puts what the separator captured at the odd places.
  const parts = pageText(text).split(ISO_TIME);
  return html`${parts.map((part, at) => (at % 2 === 1 ? exact(new Date(part), now) : part))}`;
}

/** The same for a text field, where times stay in UTC: `25 Nov 22:31 UTC`. */
export function withUtc(text: string): string {
  const parts = pageText(text).split(ISO_TIME);
  return parts
    .map((part, at) => (at % 2 === 1 ? `${UTC.format(new Date(part))} UTC` : part))
    .join('');
}

const UTC = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  timeZone: 'UTC',
});
