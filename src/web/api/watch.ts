/**
 * Looks at the ledger twice a second for all listeners of a plan, and sends each what has changed.
 * Without listeners it does not look. A new listener gets the whole plan first, so nothing has to
 * be replayed after a connection was cut.
 */
import {
  findPlan,
  type Ledger,
  type LedgerEvent,
  linesBetween,
  planEvents,
  planProgress,
} from '../../ledger/index.ts';
import { observe } from '../../obstacles/index.ts';
import type { WebContext } from '../context.ts';
import { lineDocument } from './plans.ts';

export type Listener = {
  /**
   * `id` rises with every look, also across restarts. The part after the point is the last event
   * that was sent, so a listener that comes back with the id misses none.
   */
  send(event: 'plan' | 'lines' | 'event' | 'bucket', data: unknown, id?: string): void;
  comment(): void;
  /** Ends the watch: the ledger cannot be read, or the server closes. */
  end(): void;
  lines: { from: number; to: number } | null;
  /** The last event that it has; null: only new ones. */
  after: number | null;
};

const LOOK_MS = 500;
const COMMENT_MS = 15_000;
/** Events per look. A listener that missed more reads them from the page. */
const EVENTS = 50;

export type PlanWatches = ReturnType<typeof openWatches>;

export function openWatches(context: WebContext) {
  const watches = new Map<number, PlanWatch>();
  return {
    /** Returns a function that leaves. */
    join(planId: number, listener: Listener): () => void {
      const watch = watches.get(planId) ?? new PlanWatch(context, planId);
      watches.set(planId, watch);
      watch.join(listener);
      return () => {
        watch.leave(listener);
        if (watch.isIdle) watches.delete(planId);
      };
    },
    close(): void {
      for (const watch of watches.values()) watch.end();
      watches.clear();
    },
  };
}

type Seen = {
  /** Each as it was last sent. */
  lines: Map<number, string>;
  event: number | null;
  isNew: boolean;
};

/** The listeners that were there when a look began. */
type Present = ReadonlyMap<Listener, Seen>;

class PlanWatch {
  readonly #context: WebContext;
  readonly #ledger: Ledger;
  readonly #planId: number;
  readonly #listeners = new Map<Listener, Seen>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #plan = '';
  #bucket = '';
  #lookId = 0;
  #commentedAt = performance.now();

  constructor(context: WebContext, planId: number) {
    this.#context = context;
    this.#ledger = context.ledger;
    this.#planId = planId;
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  join(listener: Listener): void {
    this.#listeners.set(listener, { lines: new Map(), event: listener.after, isNew: true });
    // The first listener does not wait for the timer.
    if (this.#timer === undefined && !this.#isLooking) void this.#look();
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (!this.isIdle) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  end(): void {
    for (const listener of [...this.#listeners.keys()]) listener.end();
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    this.#isLooking = true;
    try {
      await this.#tell();
    } catch {
      // A listener that is cut off asks again, and then gets the error.
      this.end();
    }
    this.#isLooking = false;
    if (!this.isIdle) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  async #tell(): Promise<void> {
    const plan = await observe(this.#context, await findPlan(this.#ledger, this.#planId));
    const text = JSON.stringify(plan);
    const hasChanged = text !== this.#plan;
    this.#plan = text;
    this.#lookId = Math.max(this.#lookId + 1, Date.now());
    const events = await planEvents(this.#ledger, this.#planId, EVENTS);
    // Who joins from here on is still new at the next look.
    const present = new Map(this.#listeners);
    for (const [listener, seen] of present) {
      seen.event ??= events[0]?.id ?? 0;
      if (hasChanged || seen.isNew) listener.send('plan', plan, `${this.#lookId}.${seen.event}`);
    }
    await this.#tellLines(present, hasChanged);
    this.#tellEvents(present, events);
    await this.#tellBucket(present);
    for (const seen of present.values()) seen.isNew = false;
    if (performance.now() - this.#commentedAt < COMMENT_MS) return;
    this.#commentedAt = performance.now();
    for (const listener of this.#listeners.keys()) listener.comment();
  }

  /** Listeners of the same lines share one reading. */
  async #tellLines(present: Present, hasChanged: boolean): Promise<void> {
    const wanting = [...present].filter(
      ([{ lines }, { isNew }]) => lines !== null && (hasChanged || isNew),
    );
    const groups = Map.groupBy(wanting, ([{ lines }]) => `${lines?.from}-${lines?.to}`);
    for (const group of groups.values()) {
      const { from, to } = group[0]![0].lines!;
      const lines = (await linesBetween(this.#ledger, this.#planId, from, to)).map(lineDocument);
      for (const [listener, seen] of group) {
        const changed = lines.filter((line) => {
          const text = JSON.stringify(line);
          if (seen.lines.get(line.line) === text) return false;
          seen.lines.set(line.line, text);
          return true;
        });
        if (changed.length > 0) listener.send('lines', changed);
      }
    }
  }

  #tellEvents(present: Present, newestFirst: LedgerEvent[]): void {
    const newest = newestFirst[0]?.id ?? 0;
    for (const [listener, seen] of present) {
      const last = seen.event ?? newest;
      for (const event of newestFirst.toReversed()) {
        if (event.id > last) listener.send('event', event, `${this.#lookId}.${event.id}`);
      }
      seen.event = Math.max(last, newest);
    }
  }

  async #tellBucket(present: Present): Promise<void> {
    const newest = (await planProgress(this.#ledger, this.#planId)).at(-1);
    if (!newest) return;
    const text = JSON.stringify(newest);
    for (const [listener, seen] of present) {
      if (text !== this.#bucket || seen.isNew) listener.send('bucket', newest);
    }
    this.#bucket = text;
  }
}
