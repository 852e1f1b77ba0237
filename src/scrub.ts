/**
 * Takes secrets out of text that is about to be kept or shown: the last net under a design in which
 * keys are never put into messages at all. They can still come back from outside, above all in a
 * vendor's answer that repeats the request's query string.
 *
 * A secret is found as it is, percent-encoded (wholly, partly, `+` for a blank, either case), with
 * XML entities and with JSON's backslashes. A text may have been cut in the middle of a secret, so
 * the beginning of one at the very end of the text is removed as well.
 */
export function scrubber(secrets: string[]): (text: string) => string {
  // The longest first: of two secrets that begin alike, the longer one goes as a whole.
  const patterns = secrets
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .map(patternOf);
  if (patterns.length === 0) return (text) => text;
  const anySecret = new RegExp(patterns.join('|'), 'gu');
  return (text) => text.replace(anySecret, '[removed]');
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

function patternOf(secret: string): string {
  const characters = [...secret.toWellFormed()].map(spellingsOf);
  const start = characters.slice(0, SHORTEST_BEGINNING).join('');
  const rest = characters
    .slice(SHORTEST_BEGINNING)
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
  const plain = /[A-Za-z0-9]/.test(character) ? character : `\\\\*\\u{${code.toString(16)}}`;
  const percent = [...Buffer.from(character)]
    .map((byte) => `%${eitherCase(byte.toString(16).padStart(2, '0'))}`)
    .join('');
  const entities = [`#${code}`, `#[xX]0*${eitherCase(code.toString(16))}`];
  const named = NAMED_ENTITIES[character];
  if (named !== undefined) entities.push(named);
  const spellings = [`&(?:${entities.join('|')});`, percent, plain];
  if (character === ' ') spellings.push('\\+');
  // What a text that was read in the wrong encoding has in its place.
  if (code > 0x7f) spellings.push('\\ufffd+');
  return `(?:${spellings.join('|')})`;
}

function eitherCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
