/**
 * Looks at the ledger twice a second for all listeners of a plan, and sends each what has changed.
 * Without listeners it does not look. A new listener gets the whole plan first, so nothing has to
 * be replayed after a connection was cut.
 */
import { findPlan, planEvents, planProgress } from '../../ledger/index.ts';
import { observe } from '../../obstacles/index.ts';
import type { WebContext } from '../context.ts';

export type Listener = {
  /**
   * `id` rises with every look, also across restarts. The part after the point is the last event
   * that was sent, so a listener that comes back with the id misses none.
   */
  send(event: 'plan' | 'event', data: unknown, id: string): void;
  comment(): void;
  /** Ends the watch: the ledger cannot be read, or the server closes. */
  end(): void;
  /** The last event that it has; null: only new ones. */
  after: number | null;
};

const LOOK_MS = 500;
const COMMENT_MS = 15_000;
/** Events per look. A listener that missed more reads them from the page. */
const EVENTS = 50;

export class PlanWatches {
  readonly #context: WebContext;
  readonly #watches = new Map<number, PlanWatch>();

  constructor(context: WebContext) {
    this.#context = context;
  }

  /** Returns a function that leaves. */
  join(planId: number, listener: Listener): () => void {
    const watch = this.#watches.get(planId) ?? new PlanWatch(this.#context, planId);
    this.#watches.set(planId, watch);
    watch.join(listener);
    return () => {
      watch.leave(listener);
      if (watch.isIdle) this.#watches.delete(planId);
    };
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.end();
    this.#watches.clear();
  }
}

/** `event`: the last one that was sent. `isNew`: it was not sent the plan yet. */
type Seen = { event: number | null; isNew: boolean };

class PlanWatch {
  readonly #context: WebContext;
  readonly #planId: number;
  readonly #listeners = new Map<Listener, Seen>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #state = '';
  #lookId = 0;
  #commentedAt = performance.now();

  constructor(context: WebContext, planId: number) {
    this.#context = context;
    this.#planId = planId;
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  join(listener: Listener): void {
    this.#listeners.set(listener, { event: listener.after, isNew: true });
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
    const { ledger } = this.#context;
    const plan = await observe(this.#context, await findPlan(ledger, this.#planId));
    const progress = await planProgress(ledger, this.#planId);
    const newestFirst = await planEvents(ledger, this.#planId, EVENTS);
    const state = JSON.stringify([plan, progress.at(-1)]);
    const hasChanged = state !== this.#state;
    this.#state = state;
    this.#lookId = Math.max(this.#lookId + 1, Date.now());
    const newest = newestFirst[0]?.id ?? 0;
    for (const [listener, seen] of this.#listeners) {
      const last = seen.event ?? newest;
      if (hasChanged || seen.isNew) listener.send('plan', plan, `${this.#lookId}.${last}`);
      for (const event of newestFirst.toReversed()) {
        if (event.id > last) listener.send('event', event, `${this.#lookId}.${event.id}`);
      }
      Object.assign(seen, { event: Math.max(last, newest), isNew: false });
    }
    if (performance.now() - this.#commentedAt < COMMENT_MS) return;
    this.#commentedAt = performance.now();
    for (const listener of this.#listeners.keys()) listener.comment();
  }
}
