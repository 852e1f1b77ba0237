/** Names with the same key are the same: case, blanks, `-`, `_` and full width do not matter. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Pd}_]+/gu, '');
}

/** The first of `words` that differs from `word` by two letters at most: probably a typo. */
export function nearMiss(word: string, words: readonly string[]): string | undefined {
  const key = nameKey(word);
  // Very short words are near to everything, and a long cell is no word.
  if (key.length < 3 || key.length > 30) return undefined;
  return words.find((candidate) => distance(key, nameKey(candidate)) <= 2);
}

/** Letters to put in, take out, replace or swap with the next, to turn one word into the other. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Whether there is such a day; it has the form `YYYY-MM-DD`. */
export function isRealDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
