import { createContext, Script } from 'node:vm';

/** Limit for a match, ms: far longer than any takes on a busy machine, unless it backtracks. */
const WITHIN_MS = 1_000;

const world = createContext({ pattern: null as RegExp | null, text: '' });
const SEARCH = new Script('pattern.exec(text)');

/**
 * What the expression finds in the text; null: nothing. Throws when it takes too long: an
 * operator's expression may take hours over forty letters.
 */
export function timedMatch(pattern: RegExp, text: string): string | null {
  Object.assign(world, { pattern, text });
  const found = SEARCH.runInContext(world, { timeout: WITHIN_MS }) as RegExpExecArray | null;
  return found?.[0] ?? null;
}

/** Whether the expression takes too long over texts that are made of its own letters. */
export function takesTooLong(pattern: RegExp): boolean {
  const letters = new Set([...pattern.source.replace(/\\[a-z]/gi, ''), ' ', '0', 'a']);
  try {
    for (const letter of letters) timedMatch(pattern, `${letter.repeat(40)}\u0000`);
    return false;
  } catch {
    return true;
  }
}
