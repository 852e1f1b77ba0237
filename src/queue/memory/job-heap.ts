/** A job that moves gets another ticket, and 0 when it is removed. */
export type Ticketed = { ticket: number };

type Entry<Job> = { job: Job; rank: number; ticket: number };

/**
 * Jobs by rank, and by ticket where ranks are equal; lowest first (a binary heap). A job that has
 * moved on leaves a stale entry, which is dropped when it comes first.
 */
export class JobHeap<Job extends Ticketed> {
  readonly #entries: Entry<Job>[] = [];

  add(job: Job, rank: number): void {
    const entries = this.#entries;
    const entry = { job, rank, ticket: job.ticket };
    let at = entries.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(entry, entries[above]!)) break;
      entries[at] = entries[above]!;
      at = above;
    }
    entries[at] = entry;
  }

  /** The first job, without removing it; undefined: there is none. */
  first(): Job | undefined {
    const entries = this.#entries;
    while (entries.length > 0) {
      const { job, ticket } = entries[0]!;
      if (job.ticket === ticket) return job;
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
  return a.rank < b.rank || (a.rank === b.rank && a.ticket < b.ticket);
}
