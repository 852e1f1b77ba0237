/** What a line of a head says: a field, or the words of a status line. */
import { STATUS_CODES } from '../../node-http.ts';
import { mentionsFault } from './fault-mentions.ts';

/** A status line has the name ''. Its value is its words, or '' when they are the usual ones. */
export type HeadLine = { name: string; value: string };

export function readLine(line: string): HeadLine {
  const [, status, own = ''] = /^HTTP\/[\d.]+ +(\d+)(.*)$/.exec(line) ?? [];
  if (status !== undefined) {
    return { name: '', value: own.trim() === STATUS_CODES[status] ? '' : own };
  }
  const [name] = line.split(':', 1) as [string];
  return { name, value: line.slice(name.length + 1) };
}

/**
 * Whether a line tells of pages, counts, a part or a fault: there may be more than what came. The
 * name of such a field is not known, so every field counts that is not a common one.
 */
export function tellsOfPart({ name, value }: HeadLine): boolean {
  if (isCommon(name)) return false;
  const names = OF_ADDRESSES.test(name) ? `${name}:${value}` : name;
  return PART_NAMES.test(withoutUsual(names)) || PART_WORDS.test(value) || mentionsFault(value);
}

/** A field's name without the words that only look like those of a part or an order. */
export function withoutUsual(name: string): string {
  return name.replace(USUAL, '|');
}

/** Anywhere in a name: HTTP does not tell `X-NextPage` from `x-nextpage`. */
const PART_NAMES = new RegExp(
  [
    'range|total|count|pag(?:e|in)|next|last|prev|first|cursor|offset|more|remain|retry|refresh',
    'partial|trunc|continu|complet|chunk|batch|segment|subset|^(?:x-)?limit$|quantity|numbers?',
    '(?:list|result|record|item|row)s?-?limit|(?:results|records|items|rows|entries)$',
    'max-?(?:results?|records?|items?|rows?|entries)|(?<![a-z])(?:parts?|full|whole)(?![a-z])',
  ].join('|'),
  'i',
);

const PART_WORDS = new RegExp(
  '(?<![a-z])(?:parts?|partial(?:ly)?|incomplete(?:ly)?|truncated|more|remain(?:s|ing|der)?|' +
    'continue[sd]?|to follow|pages?|cut off|pending|back-?ordered|missing|omitted|skipped|capped|' +
    '\\d+ of \\d+)(?![a-z])',
  'i',
);

/** Harmless words that contain one of a part or an order. */
const USUAL = new RegExp(
  [
    'page-?speed|first-?byte|next-?(?:js|cache)|account|country|discount|elastic|prevent|orange',
    '(?:total|page)-?time|(?:build|version|serial)-?number|border|recorder',
    '(?:request|call)s?-?(?:limit|remaining|count)',
  ].join('|'),
  'gi',
);

const OF_ADDRESSES = /^(?:link|(?:content-)?location)$/i;

/** Fields for browsers have addresses and names of any kind. */
export const OF_BROWSERS = new RegExp(
  '^(?:nel|report-to|reporting-endpoints|content-security-policy.*|set-cookie|' +
    'access-control-.*|www-authenticate|permissions-policy|p3p)$',
  'i',
);

/** Whether servers, proxies and networks send such a field with any answer, in their own words. */
export function isCommon(name: string): boolean {
  return OF_BROWSERS.test(name) || OF_SERVERS.test(name);
}

const OF_SERVERS = new RegExp(
  [
    '^(?:accept-(?:ranges|ch)|age|allow|alt-svc|cache-control|connection|date|etag|expires',
    'content-(?:encoding|language|length|type)|keep-alive|last-modified|pragma|server|upgrade',
    'transfer-encoding|vary|via|x-(?:powered-by|served-by|backend(?:-server)?|server(?:-name)?)',
    '[\\w-]*(?:rate-?limit|quota|throttl|timing|error-?type)[\\w-]*|x-cache-key)$',
  ].join('|'),
  'i',
);
