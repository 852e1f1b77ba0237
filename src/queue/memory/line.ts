/** What stands in a line. A job that leaves it gets another place, or none (0). */
export type Placed = { place: number };

type Entry<Job> = { job: Job; rank: number; place: number };

/**
 * Jobs by rank, and by place where ranks are equal; lowest first (a binary heap). A job that has
 * left stays in it as a stale entry until that comes first.
 */
export class Line<Job extends Placed> {
  readonly #entries: Entry<Job>[] = [];

  add(job: Job, rank: number): void {
    const entries = this.#entries;
    const entry = { job, rank, place: job.place };
    let at = entries.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, entries[above]!)) break;
      entries[at] = entries[above]!;
      at = above;
    }
    entries[at] = entry;
  }

  /** The first job, which stays in line; undefined: there is none. */
  first(): Job | undefined {
    const entries = this.#entries;
    while (entries.length > 0) {
      const { job, place } = entries[0]!;
      if (job.place === place) return job;
      this.#dropFirst();
    }
    return undefined;
  }

  #dropFirst(): void {
    const entries = this.#entries;
    const last = entries.pop()!;
    const count = entries.length;
    if (count === 0) return;
    let at = 0;
    for (let below = 1; below < count; below = 2 * at + 1) {
      if (below + 1 < count && isBefore(entries[below + 1]!, entries[below]!)) below += 1;
      if (!isBefore(entries[below]!, last)) break;
      entries[at] = entries[below]!;
      at = below;
    }
    entries[at] = last;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.place < b.place);
}
