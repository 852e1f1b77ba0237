/**
 * Control characters (C1 included), which a terminal obeys; bidi and other format characters, which
 * reverse or hide text; line separators; and lone surrogates.
 */
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text as one line that cannot change the screen: `\u001b` and the like are spelled out. */
export function harmless(text: string): string {
  return text.replace(RAW, (raw) => SHORT[raw] ?? escaped(raw));
}

/** `harmless` for a JSON document. Its meaning and its line breaks stay. */
export function harmlessJson(json: string): string {
  return json.replace(RAW, (raw) => (raw === '\n' ? raw : escaped(raw)));
}

/** As JSON and JavaScript write it: two escapes for a character beyond 16 bits. */
function escaped(raw: string): string {
  return raw
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** The first `max` characters, without half of a surrogate pair, which PostgreSQL refuses. */
export function startOf(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}
