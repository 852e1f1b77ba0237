/** Parts of the program, as the events name them: no person may look like one. */
const PARTS = [
  ...['breaker', 'witness', 'reconcile', 'limit', 'sweep', 'vendor', 'rate', 'ledger'],
  ...['accounts_file', 'prices_file'],
];
const LONGEST = 100;

const SIGNS = String.raw`.,'’_@+&/\\|#-`;
const WORD = String.raw`[\p{L}\p{N}\p{M}${SIGNS}]+`;
const FORM = new RegExp(String.raw`^[\p{L}\p{N}](?:${WORD})?(?: ${WORD})*$`, 'u');
/** Letters that show nothing, and one that looks like a colon. */
const MISLEADING = /[\p{Default_Ignorable_Code_Point}\u02d0]/u;

/** Whether that is a part of the program, and no person. */
export const isPart = (who: string): boolean => PARTS.includes(folded(who));

/**
 * Why nobody may be called that, as the end of a sentence; null when they may.
 *
 * It holds for who signs in and for the name that somebody gives beside it. So no name has a
 * bracket or a colon: "(signed in as ada)" and "token:nightly" are words of the program. A name is
 * also a segment of a path, so it is neither "." nor "..".
 */
export function faultOfName(name: string): string | null {
  if (name === '' || name.length > LONGEST) return `must have 1 to ${LONGEST} characters`;
  const isPlain = name === name.normalize('NFKC') && !MISLEADING.test(name);
  if (!isPlain || !FORM.test(name)) {
    return (
      'must begin with a letter or a digit, and have only plain letters, digits, single blanks ' +
      "and . , ' _ @ + & / \\ | # -"
    );
  }
  if (name.split(/[^\p{L}\p{M}]/u).some(mixesAlphabets)) {
    return 'must not mix letters of two alphabets in one word';
  }
  if (isPart(name)) return 'is the name of a part of the program';
  return null;
}

/** These alphabets have letters that look alike. */
function mixesAlphabets(word: string): boolean {
  const alphabets = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
  return alphabets.filter((alphabet) => alphabet.test(word)).length > 1;
}

/**
 * Who it is, however they came and however the name is spelled: the user `ada` of the machine is
 * Ada who signs in. The ledger stores persons as they are named here, and its SQL folds no names:
 * what a database takes for a small letter depends on its locale.
 */
export const personOf = (who: string): string => folded(who.replace(/^system:/, ''));

/**
 * The same for all spellings that differ in case, and in how an accent or a letter is encoded.
 * Small letters, capitals, small letters: so ẞ, ß and SS are one, and so are both small sigmas. The
 * dot of İ is an accent that an i has anyway.
 */
const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replace(/(?<=i\p{M}*)\u0307/gu, '')
    .normalize('NFKC');
