import { hash } from 'node:crypto';

/** By text. Texts are constants, or are put together from a few constants. */
const names = new Map<string, string>();

/** It is a hash and no number: a pooler may give one connection to two processes. */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = hash('sha256', text, 'base64url');
  names.set(text, name);
  return name;
}
