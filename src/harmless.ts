/**
 * What a terminal obeys instead of showing (control characters, C1 included), what turns text round
 * or hides in it (bidi and other format characters), what breaks a line, and halves of characters.
 */
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text as one line that does nothing to the screen: `\u001b`, `\n` and the like are spelt out. */
export function harmless(text: string): string {
  return text.replace(RAW, (raw) => SHORT[raw] ?? escaped(raw));
}

/** The same for a JSON document, which says the same afterwards. Its line breaks stay. */
export function harmlessJson(json: string): string {
  return json.replace(RAW, (raw) => (raw === '\n' ? raw : escaped(raw)));
}

/** As JSON and JavaScript write it: two halves for what lies beyond 16 bits. */
function escaped(raw: string): string {
  return raw
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
