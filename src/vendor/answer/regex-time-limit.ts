import { createContext, Script } from 'node:vm';

/** Limit for a match, ms. Even on a busy machine only backtracking takes longer. */
const WITHIN_MS = 1_000;

const world = createContext({ pattern: null as RegExp | null, text: '' });
const SEARCH = new Script('pattern.exec(text)');

/** What the expression finds; null: nothing. Throws after 1 s: some expressions take hours. */
export function matchWithinTime(pattern: RegExp, text: string): string | null {
  Object.assign(world, { pattern, text });
  const found = SEARCH.runInContext(world, { timeout: WITHIN_MS }) as RegExpExecArray | null;
  return found?.[0] ?? null;
}

/** Whether the expression takes too long for a text that repeats one of its letters. */
export function takesTooLong(pattern: RegExp): boolean {
  const letters = new Set([...pattern.source.replace(/\\[a-z]/gi, ''), ' ', '0', 'a']);
  try {
    for (const letter of letters) matchWithinTime(pattern, `${letter.repeat(40)}\u0000`);
    return false;
  } catch {
    return true;
  }
}
