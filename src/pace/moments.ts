/**
 * The moments of one worker: which of its orders may leave when.
 *
 * The ledger hands out moments about 1/N s apart, to all workers from one row. A worker takes one
 * for each order that waits, and gives them out first come first served.
 */
import {
  HORIZON_MS,
  type LateUse,
  latestFor,
  type Moments,
  ON_TIME_MS,
  usedFor,
} from '../ledger/index.ts';
import { openRemoteClock } from './remote-clock.ts';

export type Moment = {
  /** Which of the N orders of a second. */
  place: number;
  /** The moment by the ledger's clock, ms. */
  ledgerAt: number;
  /** When the first byte may leave, by this process's clock, ms; never too early. */
  at: number;
  /** After this the moment is missed, by this process's clock, ms. */
  until: number;
};

/** `free`: no pace is set. `closed`: the worker is stopping, or the order may no longer start. */
export type Grant = Moment | 'free' | 'closed';

export type PaceOptions = {
  /** The ledger's `takeMoments`. */
  take(count: number): Promise<Moments>;
  /** The ledger's `noteLate`. */
  noteLate(late: LateUse[]): Promise<void>;
  /** More orders wait than there are moments. The queue should hand out none for `ms`. */
  onBacklog(ms: number): void;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** How often the clocks are compared before the first moment: one comparison may be far off. */
const COMPARISONS = 3;
/** Shortest time between two calls of `take`, ms: orders that come meanwhile go together. */
const TAKE_EVERY_MS = 50;
/** Longest time between two calls of `take`, ms: a slow pace may have become a quick one. */
const LOOK_EVERY_MS = 500;

/** Delay before `noteLate` is tried again, ms. */
const NOTE_AGAIN_MS = 50;
/** How long `noteLate` is tried for an order, ms. */
const NOTE_FOR_MS = 10_000;

const NEVER = Number.NEGATIVE_INFINITY;

type Waiter = { grant(to: Grant): void; refuse(error: unknown): void; mayStart(): boolean };

export class MomentSupply {
  readonly #options: PaceOptions;
  readonly #lateMs: () => number;
  readonly #clock = openRemoteClock();
  /** Orders that are not claimed yet. */
  readonly #waiting: Waiter[] = [];
  /** Claimed orders that missed their moment. They come first. */
  readonly #missed: Waiter[] = [];
  /** The moments of orders that are not connected yet, the earliest first. */
  readonly #unused = new Set<Moment>();
  /** Orders with a turn that have neither left nor ended. */
  #underWay = 0;
  /** The time between two moments, ms. */
  #gap = 0;
  /** Orders that left late, until the ledger hears of them. */
  #late: LateUse[] = [];
  #noting: Promise<void> | null = null;
  /**
   * When late orders of this worker left, by place, by this process's clock, ms. The ledger may
   * give out the place again before it is told.
   */
  readonly #leftLate = new Map<number, number>();
  #isTaking = false;
  #compared = 0;
  #nextTakeAt = NEVER;
  #freeUntil = NEVER;
  #backlogUntil = NEVER;

  /** `lateMs`: how long after its own moment an order is usually connected. */
  constructor(options: PaceOptions, lateMs: () => number) {
    this.#options = options;
    this.#lateMs = lateMs;
  }

  /** Waits for a moment. Rejects when the ledger gives none. */
  next(): Promise<Grant> {
    return this.#wait(this.#waiting, () => true);
  }

  /** Waits for a moment, before all others, for a claimed order that has missed its own. */
  another(mayStart: () => boolean): Promise<Grant> {
    return this.#wait(this.#missed, mayStart);
  }

  /**
   * The moment at which a connected order may leave: its own, or after a missed one the next one of
   * an order that still connects. When connecting takes longer than the longest lead, all orders
   * leave like that. Null: the order must take `another`.
   */
  use(own: Moment): Moment | null {
    const now = this.#options.now();
    for (const moment of this.#unused) {
      if (moment.until >= now) break;
      this.#unused.delete(moment);
    }
    const [next] = this.#unused.has(own) ? [own] : this.#unused;
    if (next) this.#unused.delete(next);
    return next ?? null;
  }

  /** An order has left, or will not be sent. */
  end(): void {
    this.#underWay -= 1;
  }

  /** The order does not need its moment. The next order gets a moment that is still to come. */
  giveBack(moment: Moment): void {
    if (this.#unused.delete(moment) && moment.at > this.#options.now()) this.#give(moment);
  }

  /** The moment's order left just now. A late order's place is given out that much later. */
  async noteLeft({ place, ledgerAt }: Moment): Promise<void> {
    const now = this.#options.now();
    const leftAt = this.#clock.toRemote(now) + this.#clock.uncertainty();
    if (leftAt <= ledgerAt + ON_TIME_MS) return;
    this.#leftLate.set(place, now);
    this.#late.push({ place, at: leftAt });
    // One statement at a time: many orders are late together.
    this.#noting ??= this.#noteAll();
    await this.#noting;
  }

  /** Whether no pace was set a short while ago: then no order needs a moment. */
  isFree(): boolean {
    return this.#options.now() < this.#freeUntil;
  }

  /** Ends the waits of `next`. */
  close(): void {
    for (const waiter of this.#waiting.splice(0)) waiter.grant('closed');
  }

  #wait(waiters: Waiter[], mayStart: () => boolean): Promise<Grant> {
    const granted = new Promise<Grant>((grant, refuse) => {
      waiters.push({ grant, refuse, mayStart });
    });
    if (!this.#isTaking) this.#takeAll();
    return granted;
  }

  async #takeAll(): Promise<void> {
    const { now, sleep } = this.#options;
    this.#isTaking = true;
    await this.#compareClocks().catch(() => {});
    while (this.#wanted > 0) {
      if (this.#nextTakeAt > now()) await sleep(this.#nextTakeAt - now());
      this.#dismissLate();
      try {
        await this.#takeSome();
      } catch (error) {
        for (const waiter of this.#takeWaiters()) waiter.refuse(error);
      }
    }
    this.#isTaking = false;
  }

  get #wanted(): number {
    return this.#missed.length + this.#waiting.length;
  }

  #takeWaiters(): Waiter[] {
    return [...this.#missed.splice(0), ...this.#waiting.splice(0)];
  }

  async #compareClocks(): Promise<void> {
    const { take, now } = this.#options;
    for (; this.#compared < COMPARISONS; this.#compared++) {
      const from = now();
      const moments = await take(0);
      this.#clock.read(moments.now, from, now());
    }
  }

  async #takeSome(): Promise<void> {
    const { take, now } = this.#options;
    const from = now();
    this.#nextTakeAt = from + TAKE_EVERY_MS;
    const { given, next, now: remoteNow, gap, rate } = await take(this.#wanted);
    const to = now();
    this.#clock.read(remoteNow, from, to);
    if (gap === null || rate === null) {
      this.#freeUntil = to + LOOK_EVERY_MS;
      this.#nextTakeAt = to;
      for (const waiter of this.#takeWaiters()) waiter.grant('free');
      return;
    }
    this.#freeUntil = NEVER;
    this.#gap = gap;
    for (const { place, at: ledgerAt } of given) {
      const freeAt = (this.#leftLate.get(place) ?? NEVER) + usedFor(rate);
      const surely = this.#clock.toLocal(ledgerAt) + this.#clock.uncertainty();
      const until = surely + latestFor(rate);
      if (freeAt <= until) this.#give({ place, ledgerAt, at: Math.max(freeAt, surely), until });
    }
    const nextIsNear = this.#clock.toLocal(next) - HORIZON_MS;
    // Unclaimed orders wait until several moments can be taken at once. A connected order does not
    // wait so long: it goes before the unclaimed orders of other workers.
    const longer = this.#missed.length > 0 ? 0 : Math.min(HORIZON_MS / 2, this.#wanted * gap);
    const waitMs = nextIsNear + longer - to;
    this.#nextTakeAt = Math.max(this.#nextTakeAt, to + Math.min(LOOK_EVERY_MS, waitMs));
    this.#noteBacklog(gap);
  }

  /**
   * Gives the moment to an order that missed its own, or else to the next turn. Where orders
   * usually miss theirs, the next turn begins as well, and its order takes a later moment.
   */
  #give(moment: Moment): void {
    this.#dismissLate();
    const missed = this.#missed.shift();
    missed?.grant(moment);
    if (missed && (this.#underWay - 1) * this.#gap >= this.#lateMs()) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#underWay += 1;
    if (!missed) this.#unused.add(moment);
    next.grant(moment);
  }

  /** Ends the waits of orders that may no longer start: they would waste a moment. */
  #dismissLate(): void {
    const late = this.#missed.filter(({ mayStart }) => !mayStart());
    for (const waiter of late) {
      this.#missed.splice(this.#missed.indexOf(waiter), 1);
      waiter.grant('closed');
    }
  }

  /**
   * Asks the queue to rest for a tenth less than the waiting orders need: the next orders come in
   * time. A rest shorter than about a second would open the queue's next window early.
   */
  #noteBacklog(gap: number): void {
    const { onBacklog, now } = this.#options;
    const waiting = this.#waiting.length;
    if (waiting <= Math.max(1, 500 / gap) || now() < this.#backlogUntil) return;
    const ms = Math.max(900, waiting * gap * 0.9);
    this.#backlogUntil = now() + ms;
    onBacklog(ms);
  }

  async #noteAll(): Promise<void> {
    while (this.#late.length > 0) {
      const late = this.#late;
      this.#late = [];
      try {
        await this.#options.noteLate(late);
      } catch {
        const stillCounts = this.#clock.toRemote(this.#options.now()) - NOTE_FOR_MS;
        this.#late = [...late, ...this.#late].filter(({ at }) => at > stillCounts);
        await this.#options.sleep(NOTE_AGAIN_MS);
      }
    }
    this.#noting = null;
  }
}
