import { existsSync } from 'node:fs';
/**
 * Removes secrets from text before it is stored or shown. Messages never contain keys, but keys can
 * come back from outside: a vendor's answer may repeat the query string of the request.
 *
 * Finds a secret in capitals or small letters, percent-encoded any number of times, with XML
 * entities or JSON escapes, as base64 of a text around it, as its bytes in hex or decimal numbers,
 * and broken over several lines. In the other case it finds only the plain text. It finds no other
 * form, such as base32, octal numbers or base64 of UTF-16. A text may be cut in the middle of a
 * secret, so the beginning of a secret at the end of the text is removed, too.
 */
export function scrubber(secrets: string[]): (text: string) => string {
  // Longest first: when two secrets begin alike, the longer one is removed as a whole.
  const patterns = secrets
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .map(patternOf);
  if (patterns.length === 0) return (text) => text;
  const anySecret = new RegExp(patterns.join('|'), 'giu');
  return (text) => {
    const found = [...text.replace(BLANKS, '').matchAll(anySecret)].filter(([it]) => it !== '');
    return found.length === 0 ? text : without(text, found);
  };
}

/**
 * Blanks that a text may gain or lose on the way: mail wraps lines with `=`, and other programs
 * collapse blanks. The search ignores them.
 */
const BLANKS = /=\r?\n|[\s\u00ad\u200b]+/g;

/** Removes what was found in the text without blanks from the text itself. */
function without(text: string, found: RegExpExecArray[]): string {
  // The place of each character of the searched text in the text itself.
  const places: number[] = [];
  let from = 0;
  for (const { index, 0: blanks } of [...text.matchAll(BLANKS), { index: text.length, 0: '' }]) {
    for (let at = from; at < index; at++) places.push(at);
    from = index + blanks.length;
  }
  let end = 0;
  let left = '';
  for (const { index, 0: secret } of found) {
    left += `${text.slice(end, places[index])}[removed]`;
    end = places[index + secret.length - 1]! + 1;
  }
  return left + text.slice(end);
}

export type Secrets = ReturnType<typeof keepSecret>;

/** A growing set: keys change while the program runs, and the old ones stay secret. */
export function keepSecret(first: string[]) {
  const all = new Set(first);
  let scrub = scrubber(first);
  return {
    /** Removes all secrets known so far. */
    scrub: (text: string): string => scrub(text),
    add(secrets: string[]): void {
      if (secrets.every((secret) => all.has(secret))) return;
      for (const secret of secrets) all.add(secret);
      scrub = scrubber([...all]);
    },
  };
}

/** A shorter piece at the end of a text is probably an ordinary word. */
const SHORTEST_BEGINNING = 4;
/** Shorter pieces may be anything, such as a phone number. */
const SHORTEST_BASE64 = 8;
const SHORTEST_NUMBERS = 14;

function patternOf(secret: string): string {
  const characters = [...secret.toWellFormed().replace(/\s+/g, ' ')].map((character) =>
    character === ' ' ? BLANK : spellingsOf(character),
  );
  return [
    whole(characters, SHORTEST_BEGINNING),
    ...base64Of(secret).map((text) => whole([...text].map(inBase64), SHORTEST_BASE64)),
    ...[16, 10].map((radix) => whole(numbersOf(secret, radix), SHORTEST_NUMBERS)),
  ]
    .filter((pattern) => pattern !== '')
    .join('|');
}

/** The whole secret, or its beginning at the end of the text. */
function whole(characters: string[], shortest: number): string {
  const start = characters.slice(0, shortest).join('');
  const rest = characters
    .slice(shortest)
    .reduceRight((after, character) => `(?:${character}${after}|$)`, '');
  return start + rest;
}

const NAMED_ENTITIES: Record<string, string> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/** The spellings of one character in a URL, in XML and in JSON. */
function spellingsOf(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  const plain = /[A-Za-z0-9]/.test(character) ? character : `\\\\{0,8}\\u{${hex}}`;
  // The percent sign itself may be encoded, any number of times.
  const percent = [...Buffer.from(character)]
    .map((byte) => `%(?:25){0,8}${byte.toString(16).padStart(2, '0')}`)
    .join('');
  const escapes = [...utf16(character), `x${hex}`, `u\\{${hex}\\}`];
  const entities = [`#0*${code}`, `#x0*${hex}`];
  const named = NAMED_ENTITIES[character];
  if (named !== undefined) entities.push(named);
  const spellings = [
    `&(?:amp;){0,8}(?:${entities.join('|')});?`,
    percent,
    `\\\\{1,8}(?:${escapes.join('|')})`,
    plain,
  ];
  // At the end of a line it may belong to the wrapping.
  if (character === '=') spellings.push('');
  // A text read in the wrong encoding has this instead.
  if (code > 0x7f) spellings.push('\\ufffd{1,8}');
  return `(?:${spellings.join('|')})`;
}

/** Any run of encoded blanks; `+` may be encoded itself. */
const BLANK = `(?:${[' ', '\t', '\n', '\r', '+'].map(spellingsOf).join('|')}|\\\\{1,8}[tnr]){0,16}`;

/** As JSON escapes it: by its code units. */
function utf16(character: string): string[] {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16));
  return [units.map((unit) => `u${unit.padStart(4, '0')}`).join('\\\\{1,8}')];
}

/**
 * The secret inside base64 of a longer text: three forms, one for each offset modulo 3. The first
 * and last character depend on the neighbours of the secret and are left out.
 */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret.toWellFormed());
  return [0, 1, 2]
    .map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
      const whole = Math.floor(((before + bytes.length) * 8) / 6);
      return text.slice(Math.ceil((before * 8) / 6), whole);
    })
    .filter(({ length }) => length >= SHORTEST_BASE64);
}

/** A character of base64 in both alphabets. */
function inBase64(character: string): string {
  if (character === '-') return '(?:[-+]|%(?:25){0,8}2b)';
  if (character === '_') return '(?:[_/]|\\\\/|%(?:25){0,8}2f)';
  return character;
}

/** Its bytes, with signs between them or none: `3766`, `37:66`, `0x37, 0x66`, `55,102`. */
function numbersOf(secret: string, radix: number): string[] {
  const digits = [...Buffer.from(secret.toWellFormed())].flatMap((byte, at) => {
    const [first, ...rest] = byte.toString(radix);
    return [`${at === 0 ? '' : BETWEEN_NUMBERS}${first}`, ...rest];
  });
  return digits.length < SHORTEST_NUMBERS ? [] : digits;
}

const BETWEEN_NUMBERS = '[\\W_]{0,4}(?:0x)?0{0,2}';

/**
 * A key, or what belongs into a file with keys and all, may stand where the file's name belongs. So
 * a name is shown when such a file is there, or when it ends like one.
 */
export const fileNamed = (path: string): string =>
  existsSync(path) || /^[^{["\n]+\.(?:json|csv|txt)$/.test(path)
    ? path
    : 'a file (its name is not shown: it may be the key)';
