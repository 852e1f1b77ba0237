/** A plan repeats few cells, so this many results are enough. */
const MOST = 1_000;

/** The function, with what it last returned for each text. It must return the same each time. */
export function memoized<Result>(read: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    if (known.has(text)) return known.get(text)!;
    if (known.size >= MOST) known.clear();
    const result = read(text);
    known.set(text, result);
    return result;
  };
}
