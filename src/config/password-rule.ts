/** Programs guess the passwords of pages that they can reach. */
const SHORTEST = 12;
const FEWEST_DIFFERENT = 5;

/** Why a password is too easy to guess, as the end of a sentence; null: it is not. */
export function faultOfPassword(password: string): string | null {
  if (password.length < SHORTEST) return `needs ${SHORTEST} characters at least`;
  if (new Set(password).size >= FEWEST_DIFFERENT) return null;
  return `needs ${FEWEST_DIFFERENT} different characters at least`;
}
