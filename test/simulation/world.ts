/**
 * A world with a clock of its own: it stands still while anything is being done, and jumps to what
 * is due next. Everything that happens is drawn from one seed, so a run can be run again.
 */
import { randomFrom } from '../support/random.ts';

export type World = ReturnType<typeof openWorld>;
export type Chance = ReturnType<typeof chanceOf>;

export function chanceOf(seed: number) {
  const { below, pick } = randomFrom(seed);
  const next = () => below(2 ** 30) / 2 ** 30;
  return {
    /** 0 ≤ x < 1. */
    next,
    below,
    pick,
    between: (least: number, most: number) => Math.round(least + next() * (most - least)),
    happens: (probability: number) => next() < probability,
  };
}

type Event = { at: number; order: number; operation: () => unknown };

export function openWorld(seed: number) {
  const chance = chanceOf(seed);
  const events = openHeap();
  const lines: string[] = [];
  let hash = 0x811c9dc5;
  let now = 0;
  /** Counts what was planned: while that goes on without time, it has not come to rest. */
  let planned = 0;

  /**
   * All that goes on without time has come to rest when the event loop turns and nothing is
   * planned.
   */
  async function rest(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      const before = planned;
      await new Promise((turned) => setImmediate(turned));
      quiet = planned === before ? quiet + 1 : 0;
    }
  }

  function after(ms: number, operation: () => unknown): void {
    planned += 1;
    events.push({ at: now + Math.max(0, ms), order: chance.next(), operation });
  }

  return {
    chance,
    /** True time, ms since the run began. */
    now: () => now,
    /** Does it after `ms`. Chance decides the order of what is due at the same time. */
    after,
    sleep: (ms: number) => new Promise<void>((wake) => after(ms, wake)),
    /** Writes something down in the trace. */
    note(text: string): void {
      const line = `${now.toFixed(1)} ${text}`;
      lines.push(line);
      for (let at = 0; at < line.length; at++)
        hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193) >>> 0;
    },
    trace: () => lines,
    /** The same for runs in which the same things happened. */
    fingerprint: () => `${lines.length}-${hash.toString(16)}`,
    /** Lets things happen until it is over, or so much time has passed. Says whether it is over. */
    async run(isOver: () => boolean, ms: number): Promise<boolean> {
      const end = now + ms;
      await rest();
      while (!isOver()) {
        const next = events.first();
        if (!next || next.at > end) {
          now = end;
          return false;
        }
        now = next.at;
        await events.pop()?.operation();
        await rest();
      }
      return true;
    },
  };
}

function openHeap() {
  const heap: Event[] = [];
  const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j]!, heap[i]!];
  };
  return {
    first: () => heap[0],
    push(event: Event) {
      heap.push(event);
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!isBefore(heap[i]!, heap[parent]!)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop(): Event | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (!last || heap.length === 0) return first;
      heap[0] = last;
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        let least = i;
        if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
        if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
        if (least === i) return first;
        swap(i, least);
        i = least;
      }
    },
  };
}
