/**
 * Looks at the ledger twice a second for all listeners of a plan, and sends each what has changed.
 * Without listeners it does not look. A new listener gets the whole plan first, so nothing has to
 * be replayed after a connection was cut.
 */
import type { PassThrough } from 'node:stream';
import { findPlan, planEvents, planProgress } from '../../ledger/index.ts';
import { observe } from '../../obstacles/index.ts';
import type { WebContext } from '../context.ts';

const LOOK_MS = 500;
const COMMENT_MS = 15_000;
/** Events per look. A listener that missed more reads them from the page. */
const EVENTS = 50;
/** A reader with this many unread bytes is cut off. When it comes back, it gets the whole plan. */
const UNREAD_MAX = 1_000_000;
/** How long a reader waits before it connects again, ms. */
const RETRY_MS = 2_000;

export class PlanWatches {
  readonly #context: WebContext;
  readonly #watches = new Map<number, PlanWatch>();

  constructor(context: WebContext) {
    this.#context = context;
  }

  /** `after`: the last event that the listener has; null: only new ones. */
  join(planId: number, listener: PassThrough, after: number | null): void {
    const watch = this.#watches.get(planId) ?? new PlanWatch(this.#context, planId);
    this.#watches.set(planId, watch);
    watch.join(listener, after);
    listener.once('close', () => {
      watch.leave(listener);
      if (watch.isIdle) this.#watches.delete(planId);
    });
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
  readonly #listeners = new Map<PassThrough, Seen>();
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

  join(listener: PassThrough, event: number | null): void {
    write(listener, `retry: ${RETRY_MS}\n\n`);
    this.#listeners.set(listener, { event, isNew: true });
    // The first listener does not wait for the timer.
    if (this.#timer === undefined && !this.#isLooking) void this.#look();
  }

  leave(listener: PassThrough): void {
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
      if (hasChanged || seen.isNew) this.#send(listener, 'plan', last, plan);
      for (const event of newestFirst.toReversed()) {
        if (event.id > last) this.#send(listener, 'event', event.id, event);
      }
      Object.assign(seen, { event: Math.max(last, newest), isNew: false });
    }
    if (performance.now() - this.#commentedAt < COMMENT_MS) return;
    this.#commentedAt = performance.now();
    for (const listener of this.#listeners.keys()) write(listener, ':\n\n');
  }

  /**
   * The id rises with every look, also across restarts. Its part after the point is the last event
   * that was sent, so a listener that comes back with the id misses none.
   */
  #send(listener: PassThrough, kind: 'plan' | 'event', last: number, data: object): void {
    const id = `${this.#lookId}.${last}`;
    write(listener, `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

function write(listener: PassThrough, text: string): void {
  listener.write(text);
  if (listener.writableLength + listener.readableLength > UNREAD_MAX) listener.destroy();
}
