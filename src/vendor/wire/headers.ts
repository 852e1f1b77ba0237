import type { IncomingHttpHeaders } from 'node:http';

/** Headers of every request. No cache may answer in the vendor's place. */
export const ASKED_FOR = {
  accept: 'text/xml',
  'accept-encoding': 'identity',
  'cache-control': 'no-cache',
};

/** Headers of an answer. A field that comes more than once is one text, as in HTTP: `a, b`. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** undici makes a list of a field that comes more than once, whatever its type says. */
export function readHeaders(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}

/**
 * The time that a field names, ms since 1970; NaN for any other form than the one that RFC 9110
 * lets a server send. Date.parse alone reads "junk 5" as 2001.
 */
export function dateOf(value: string): number {
  const form = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
  return form.test(value) ? Date.parse(value) : Number.NaN;
}

/** Whether a cache had stored the answer: the answer has an age, or the cache says so. */
export function isStored(headers: Headers): boolean {
  const { age = '0', ...others } = headers;
  const says = ([name, value = '']: [string, string | undefined]) =>
    FROM_CACHE.some((of) => of.name.test(name) && of.value.test(value));
  return !/^0+$/.test(age.trim()) || Object.entries(others).some(says);
}

/** Many caches send no age, but a field of their own: `X-Cache: HIT`. */
const CACHE = /cache(?!.*(?:control|key|vary))|^server-timing$/i;
const NO = '"? *[=:] *"?(?:\\?0|0|false|no)(?!\\w)';
const FROM_CACHE = [
  // "HIT", "TCP_MEM_HIT", "RefreshHit from cloudfront", "edge; hit"; not "hit=?0", "hit=false"
  {
    name: CACHE,
    value: new RegExp(`(?<![a-z])(?:refresh|originshield)?hit(?![a-z]|${NO})`, 'i'),
  },
  { name: CACHE, value: /(?:^|,) *(?:stale|fresh|updating|revalidated)(?![a-z-])/i },
  { name: /cache.*hit$|cached?$/i, value: /(?:^|,) *(?:true|1|yes)(?!\w)/i },
  { name: /cache.*hits$|cache-?age$/i, value: /[1-9]/ },
  { name: /(?:from|source)$/i, value: /(?:^|,) *cached?(?!\w)/i },
  // Two numbers: this request's, and that of the request whose answer was stored.
  { name: /^x-varnish$/i, value: /\d +\d/ },
  { name: /^warning$/i, value: /\b11\d / },
];
