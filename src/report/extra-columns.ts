import { guarded } from './csv.ts';

/**
 * The header of a file: our names, then the plan's own. One of the plan's that would be read as one
 * of ours, or as another of its own, gets `plan_` before it.
 */
export function headerWith(ours: readonly string[], extra: readonly string[]): string[] {
  const header = [...ours];
  const taken = new Set(header.map(sameness));
  for (const name of extra) {
    let own = guarded(name);
    // The guard goes in front of everything, so that it is found there.
    for (let bare = name.trim(); taken.has(sameness(own)); own = guarded(bare))
      bare = `plan_${bare}`;
    taken.add(sameness(own));
    header.push(own);
  }
  return header;
}

/** Plans are read like that: neither case nor blanks, `-` and `_` tell two names apart. */
function sameness(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/**
 * Reads the cells of the plan's own columns, `count` of them, from what the ledger keeps of a line.
 * The rows of a line follow one another, so what was read last is likely what is asked for next.
 */
export function extraReader(count: number): (kept: string | null) => string[] {
  let last: string | null = null;
  let cells = Array<string>(count).fill('');
  return (kept) => {
    if (kept !== last) {
      const texts = kept === null ? [] : (JSON.parse(kept) as string[]);
      cells = Array.from({ length: count }, (_, at) => guarded(texts[at] ?? ''));
      last = kept;
    }
    return cells;
  };
}
