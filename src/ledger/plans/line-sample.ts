/** How many hashes a sample has at most. A plan of fewer different lines has all of them. */
export const SAMPLE_SIZE = 256;

/** Two files may share a single line by chance. */
export const LINES_SHARED = 2;

/** SQL, after `from`: how many of the hashes `own` the sample `kept` can tell of, as `known`. */
export const knownHashes = (kept: string, own: string): string => `
  -- A full sample says nothing of larger hashes.
  lateral (select count(*) as hashes from unnest(${own}::int[]) hash
    where ${kept}[${SAMPLE_SIZE}] is null or hash <= ${kept}[${SAMPLE_SIZE}]) known`;

/**
 * The smallest hashes of a plan's lines, whatever their sequence: a fair sample of its different
 * lines. Of two plans the samples share as much as the plans do, about.
 */
export class LineSample {
  #hashes: number[] = [];
  #most = Number.POSITIVE_INFINITY;

  add(line: string): void {
    const hash = hashOf(line);
    if (hash >= this.#most) return;
    this.#hashes.push(hash);
    if (this.#hashes.length >= 4 * SAMPLE_SIZE) this.#cut();
  }

  /** Ascending 32-bit integers, each once. */
  smallest(): number[] {
    this.#cut();
    return this.#hashes;
  }

  #cut(): void {
    const sorted = [...new Set(this.#hashes)].sort((a, b) => a - b);
    this.#hashes = sorted.slice(0, SAMPLE_SIZE);
    if (sorted.length >= SAMPLE_SIZE) this.#most = this.#hashes[SAMPLE_SIZE - 1]!;
  }
}

/** FNV-1a, and MurmurHash's last step: the smallest ones are of any kind of line. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
