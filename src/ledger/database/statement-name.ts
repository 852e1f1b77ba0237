import { hash } from 'node:crypto';

/** By text. Texts are constants, or are put together from a few constants. */
const names = new Map<string, string>();

/**
 * The name by which a connection keeps this text prepared. It is a hash and no number: if a pooler
 * gives one connection to two processes, neither runs a statement of the other.
 */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = hash('sha256', text, 'base64url');
  names.set(text, name);
  return name;
}
