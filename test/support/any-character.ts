import fc from 'fast-check';

/**
 * Any character at all, as a `unit` of texts. fast-check's own `binary` takes a second before the
 * first one: it makes a table of all that there are.
 */
export const anyCharacter = fc
  .nat(0x10ffff)
  .map((code) => String.fromCodePoint(code).toWellFormed(), codeOf);

/** What fast-check asks of the texts that it knows to be hard: `__proto__`, say. */
function codeOf(text: unknown): number {
  if (typeof text !== 'string' || [...text].length !== 1) throw new Error('no single character');
  return text.codePointAt(0)!;
}
