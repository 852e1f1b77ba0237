import { compressionOf } from './decompress.ts';

/**
 * Bytes to text, without guessing; null when the encoding is unknown, when a byte does not fit the
 * encoding, or when XML does not allow a character. The XML parser would read all as UTF-8.
 */
export function readText(body: Uint8Array, contentType: string | null): string | null {
  const decoder = DECODERS.get(encodingOf(body, contentType));
  if (decoder === undefined) return null;
  try {
    const text = new TextDecoder(decoder, { fatal: true }).decode(body);
    return NOT_XML.test(text) ? null : text;
  } catch {
    return null;
  }
}

/**
 * Text to search for words. In a wrong or unknown encoding each byte becomes a character: digits
 * and English words are the same in nearly all. Null: compressed, or UTF-16 without its mark.
 */
export function readAnyText(body: Uint8Array, contentType: string | null): string | null {
  const read = readText(body, contentType);
  if (read !== null) return read;
  const bytes = Buffer.from(body).toString('latin1');
  return NOT_XML.test(bytes) ? null : bytes;
}

/** Text to show, of any bytes, without characters that break a ledger or a terminal. */
export function showText(body: Uint8Array, contentType: string | null): string {
  const decoder = DECODERS.get(encodingOf(body, contentType)) ?? 'utf-8';
  return new TextDecoder(decoder).decode(body).replace(new RegExp(NOT_XML, 'gu'), '');
}

/** Characters that XML 1.0 does not allow; XMLValidator lets them pass. */
const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Why `readText` cannot read the bytes, as the end of a sentence. */
export function whyUnreadable(body: Uint8Array, contentType: string | null): string {
  const compression = compressionOf(body);
  if (compression !== null) return `it is compressed (${compression}) and does not say so`;
  const encoding = encodingOf(body, contentType);
  const decoder = DECODERS.get(encoding);
  // Without the encoding's name: the vendor chose the name, which may hold a key.
  if (decoder === undefined) return 'it names an encoding that this program does not read';
  try {
    new TextDecoder(decoder, { fatal: true }).decode(body);
    return 'it has characters that XML does not allow';
  } catch {
    return `its characters are not ${decoder}`;
  }
}

/** UTF-16 needs its mark. */
const DECODERS = new Map([
  ...naming('utf-8', ['utf-8', 'utf8', 'us-ascii', 'ascii']),
  ...naming('windows-1252', [
    ...['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1'],
    ...['windows-1252', 'cp1252', 'x-cp1252'],
  ]),
  ...naming('utf-16le', ['utf-16 with a mark, little end first']),
  ...naming('utf-16be', ['utf-16 with a mark, big end first']),
]);

function naming(decoder: string, names: string[]): [string, string][] {
  return names.map((name) => [name, decoder]);
}

/** The mark at the start, else the header, else the XML declaration, else UTF-8 (RFC 7303). */
function encodingOf(body: Uint8Array, contentType: string | null): string {
  if (startsWith(body, 0xef, 0xbb, 0xbf)) return 'utf-8';
  if (startsWith(body, 0xff, 0xfe)) return 'utf-16 with a mark, little end first';
  if (startsWith(body, 0xfe, 0xff)) return 'utf-16 with a mark, big end first';
  const header = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1];
  if (header !== undefined) return header.toLowerCase();
  const start = Buffer.from(body.subarray(0, 200)).toString('latin1');
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1];
  return declared?.toLowerCase() ?? 'utf-8';
}

function startsWith(body: Uint8Array, ...mark: number[]): boolean {
  return mark.every((byte, index) => body[index] === byte);
}
