/**
 * Takes secrets out of text that is about to be kept or shown: the last net under a design in which
 * keys are never put into messages at all. They can still come back from outside, above all in a
 * vendor's answer that repeats the request's query string.
 *
 * A secret is found in every shape that a program on the way may have given it: percent-encoded as
 * often as you like, with entities of XML, with escapes of JSON, as base64 or hex of a text around
 * it, and broken over several lines. A text may have been cut in the middle of a secret, so the
 * beginning of one at the very end of the text is removed as well.
 */
export function scrubber(secrets: string[]): (text: string) => string {
  // The longest first: of two secrets that begin alike, the longer one goes as a whole.
  const patterns = secrets
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .map(patternOf);
  if (patterns.length === 0) return (text) => text;
  const anySecret = new RegExp(patterns.join('|'), 'gu');
  return (text) => {
    const found = [...text.replace(BLANKS, '').matchAll(anySecret)].filter(([it]) => it !== '');
    return found.length === 0 ? text : without(text, found);
  };
}

/**
 * What a text may have gained or lost on the way: lines are wrapped, in letters with `=` at their end,
 * and blanks are collapsed. So it is searched without any.
 */
const BLANKS = /=\r?\n|[\s\u00ad\u200b]+/g;

/** Takes out what was found in the text without its blanks. */
function without(text: string, found: RegExpExecArray[]): string {
  // Where each character of the searched text is in the text itself.
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

export type Secrets = {
  /** Takes out all that are known by now. */
  scrub(text: string): string;
  add(secrets: string[]): void;
};

/** Secrets that become more: keys change while the program runs, and the old ones stay secret. */
export function keepSecret(first: string[]): Secrets {
  const all = new Set(first);
  let scrub = scrubber(first);
  return {
    scrub: (text) => scrub(text),
    add(secrets) {
      for (const secret of secrets) all.add(secret);
      scrub = scrubber([...all]);
    },
  };
}

/** A shorter beginning at the end of a text is likelier an ordinary word than a piece of a key. */
const SHORTEST_BEGINNING = 4;
/** Shorter pieces may be anything, a phone number for instance. */
const SHORTEST_BASE64 = 8;
const SHORTEST_HEX = 14;

function patternOf(secret: string): string {
  const characters = [...secret.toWellFormed().replace(/\s+/g, ' ')].map((character) =>
    character === ' ' ? BLANK : spellingsOf(character),
  );
  return [
    whole(characters, SHORTEST_BEGINNING),
    ...base64Of(secret).map((text) => whole([...text].map(inBase64), SHORTEST_BASE64)),
    whole([...hexOf(secret)].map(eitherCase), SHORTEST_HEX),
  ]
    .filter((pattern) => pattern !== '')
    .join('|');
}

/** The whole of it, or its beginning at the very end of the text. */
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

/** Everything that one character may look like in a URL, in XML and in JSON. */
function spellingsOf(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = eitherCase(code.toString(16));
  const plain = /[A-Za-z0-9]/.test(character) ? character : `\\\\{0,8}\\u{${code.toString(16)}}`;
  // The percent sign itself may have been encoded, again and again.
  const percent = [...Buffer.from(character)]
    .map((byte) => `%(?:25){0,8}${eitherCase(byte.toString(16).padStart(2, '0'))}`)
    .join('');
  const escapes = [...utf16(character), `x${hex}`, `u\\{${hex}\\}`];
  const entities = [`#0*${code}`, `#[xX]0*${hex}`];
  const named = NAMED_ENTITIES[character];
  if (named !== undefined) entities.push(named);
  const spellings = [
    `&(?:amp;){0,8}(?:${entities.join('|')});`,
    percent,
    `\\\\{1,8}(?:${escapes.join('|')})`,
    plain,
  ];
  // At the end of a line it may be the line's own.
  if (character === '=') spellings.push('');
  // What a text that was read in the wrong encoding has in its place.
  if (code > 0x7f) spellings.push('\\ufffd{1,8}');
  return `(?:${spellings.join('|')})`;
}

/** Any run of blanks, in any spelling but their own; `+` may have been encoded in its turn. */
const BLANK = `(?:${[' ', '\t', '\n', '\r', '+'].map(spellingsOf).join('|')}|\\\\{1,8}[tnr]){0,16}`;

/** As JSON escapes it: by its code units. */
function utf16(character: string): string[] {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16));
  return [units.map((unit) => `u${eitherCase(unit.padStart(4, '0'))}`).join('\\\\{1,8}')];
}

/**
 * What is in any base64 of a text that has the secret in it. It looks different at each of three
 * places, and its first and last character there depend on what stands beside the secret.
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

/** A character of base64, in the alphabets that are in use. */
function inBase64(character: string): string {
  if (character === '-') return '(?:[-+]|%(?:25){0,8}2[bB])';
  if (character === '_') return '(?:[_/]|\\\\/|%(?:25){0,8}2[fF])';
  return character;
}

function hexOf(secret: string): string {
  const hex = Buffer.from(secret.toWellFormed()).toString('hex');
  return hex.length < SHORTEST_HEX ? '' : hex;
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
