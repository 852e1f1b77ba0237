import type { IncomingHttpHeaders } from 'node:http';

/** What every request says beside its keys. */
export const ASKED_FOR = { accept: 'text/xml', 'accept-encoding': 'identity' };

/** Of an answer. A field that comes more than once is one text, as in HTTP: `a, b`. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** undici makes a list of a field that comes more than once, whatever its type says. */
export function readHeaders(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}

/** A line for each field. */
export function textOf(headers: Headers): Buffer {
  return Buffer.from(
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
}
