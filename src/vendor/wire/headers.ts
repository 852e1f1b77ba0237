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

/** Whether a cache had stored the answer, for more seconds than none. */
export function isStored({ age = '0' }: Headers): boolean {
  return !/^0+$/.test(age.trim());
}
