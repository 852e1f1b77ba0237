import type { IncomingHttpHeaders } from 'node:http';

/** What every request says beside its keys. No cache may answer in the vendor's place. */
export const ASKED_FOR = {
  accept: 'text/xml',
  'accept-encoding': 'identity',
  'cache-control': 'no-cache',
};

/** Of an answer. A field that comes more than once is one text, as in HTTP: `a, b`. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** undici makes a list of a field that comes more than once, whatever its type says. */
export function readHeaders(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}

/** Whether a cache had stored the answer: for more seconds than none, or as it says itself. */
export function isStored(headers: Headers): boolean {
  const { age = '0', ...others } = headers;
  const says = ([name, value]: [string, string | undefined]) =>
    !name.includes('control') && FROM_CACHE.test(`${name}: ${value}`);
  return !/^0+$/.test(age.trim()) || Object.entries(others).some(says);
}

/** Many caches send no age. They say so in fields of their own: `X-Cache: HIT`. */
const FROM_CACHE = new RegExp(
  [
    'cache.*(?:(?<![a-z])hit(?![a-z])|stale|updating|revalidated)',
    'cache-?hits?:.*[1-9]',
    // The number of another request: it had asked for what is answered now.
    '^x-varnish: *\\d+ +\\d',
    '^warning:.*\\b11\\d ',
  ].join('|'),
  'i',
);
