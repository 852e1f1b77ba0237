/**
 * The moments of one worker: which of its orders may leave when.
 *
 * The ledger hands out moments about 1/N apart, to all workers from one row. A worker takes as many
 * as it has orders that wait, and gives them out first come first served.
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
  place: number;
  /** When the ledger means it to be, by its clock, ms. */
  said: number;
  /** When the first byte may leave, by this process's clock, ms; never too early. */
  at: number;
  /** When it is missed, by this process's clock, ms, whatever held the order back. */
  until: number;
};

/**
 * 'free': no pace is set. 'closed': the worker is stopping, or the order may not start any more.
 */
export type Grant = Moment | 'free' | 'closed';

export type PaceOptions = {
  /** Takes up to that many moments; see the ledger's `takeMoments`. */
  take(count: number): Promise<Moments>;
  /** Says when late orders left; see the ledger's `noteLate`. */
  noteLate(late: LateUse[]): Promise<void>;
  /** More orders wait than there are moments. For `ms`, the queue need not hand out any. */
  onBacklog(ms: number): void;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Comparisons of the clocks before the first moment: one alone may be far off. */
const COMPARISONS = 3;
/** Shortest time between two takings of moments, ms. Orders that come meanwhile go together. */
const TAKE_EVERY_MS = 50;
/** Longest time between two takings, ms: a slow pace may have changed to a quick one. */
const LOOK_EVERY_MS = 500;

/** Delay before telling the ledger again when an order left late, and how long to try, ms. */
const TELL_AGAIN_MS = 50;
const TELL_FOR_MS = 10_000;

type Waiter = { grant(to: Grant): void; refuse(error: unknown): void; mayStart(): boolean };

export class MomentSupply {
  readonly #options: PaceOptions;
  readonly #lateMs: () => number;
  readonly #clock = openRemoteClock();
  readonly #waiting: Waiter[] = [];
  /** They come first and cannot be turned away. */
  readonly #missed: Waiter[] = [];
  /** The moments of orders that are not connected yet, the earliest first. */
  readonly #unused = new Set<Moment>();
  /** Orders that were given a turn and have neither left nor given it up. */
  #underWay = 0;
  /** The time between two moments, ms. */
  #gap = 0;
  #late: LateUse[] = [];
  #noting: Promise<void> | null = null;
  /**
   * When late orders of this worker left, by place and this process's clock, ms. The ledger may
   * give a place before it is told.
   */
  readonly #leftLate = new Map<number, number>();
  #isTaking = false;
  #compared = 0;
  #nextTakeAt = Number.NEGATIVE_INFINITY;
  #freeUntil = Number.NEGATIVE_INFINITY;
  #backlogUntil = Number.NEGATIVE_INFINITY;

  /** `lateMs`: how long after its own moment an order is usually connected. */
  constructor(options: PaceOptions, lateMs: () => number) {
    this.#options = options;
    this.#lateMs = lateMs;
  }

  /** Waits for a moment. Rejects when the ledger gives none. */
  next(): Promise<Grant> {
    return this.#wait(this.#waiting, () => true);
  }

  /**
   * The same for an order that is claimed and has missed its moment: it comes first. 'closed' as
   * soon as it may not start any more.
   */
  another(mayStart: () => boolean): Promise<Grant> {
    return this.#wait(this.#missed, mayStart);
  }

  /**
   * The moment at which an order that is connected may leave: its own, or when that is over the
   * next one of an order that is not connected yet. Where connecting takes longer than moments are
   * given ahead, all orders leave like that. Null: it has to take another one.
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

  /** A moment that its order does not need. The next order gets it, if it is still to come. */
  giveBack(moment: Moment): void {
    if (this.#unused.delete(moment) && moment.at > this.#options.now()) this.#give(moment);
  }

  /**
   * Gives the moment to an order that missed its own, or else to the next turn. Where orders
   * usually miss theirs, the next turn begins as well, and its order takes a later moment.
   */
  #give(moment: Moment): void {
    this.#dismiss();
    const missed = this.#missed.shift();
    missed?.grant(moment);
    if (missed && (this.#underWay - 1) * this.#gap >= this.#lateMs()) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#underWay += 1;
    if (!missed) this.#unused.add(moment);
    next.grant(moment);
  }

  /** Its order left just now. The ledger is told, so that it gives the place that much later. */
  async noteLeft({ place, said }: Moment): Promise<void> {
    const now = this.#options.now();
    const leftAt = this.#clock.toRemote(now) + this.#clock.uncertainty();
    if (leftAt <= said + ON_TIME_MS) return;
    this.#leftLate.set(place, now);
    this.#late.push({ place, at: leftAt });
    // Many orders are late together, and one statement is enough for them.
    this.#noting ??= this.#noteAll();
    await this.#noting;
  }

  async #noteAll(): Promise<void> {
    while (this.#late.length > 0) {
      const late = this.#late;
      this.#late = [];
      try {
        await this.#options.noteLate(late);
      } catch {
        const stillCounts = this.#clock.toRemote(this.#options.now()) - TELL_FOR_MS;
        this.#late = [...late, ...this.#late].filter(({ at }) => at > stillCounts);
        await this.#options.sleep(TELL_AGAIN_MS);
      }
    }
    this.#noting = null;
  }

  /** No pace was set a short while ago, so no moment is needed. */
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

  get #wanted(): number {
    return this.#missed.length + this.#waiting.length;
  }

  /** Ends the waits of orders that may not start any more: a moment would be wasted on them. */
  #dismiss(): void {
    const over = this.#missed.filter(({ mayStart }) => !mayStart());
    for (const waiter of over) {
      this.#missed.splice(this.#missed.indexOf(waiter), 1);
      waiter.grant('closed');
    }
  }

  #empty(): Waiter[] {
    return [...this.#missed.splice(0), ...this.#waiting.splice(0)];
  }

  async #takeAll(): Promise<void> {
    const { now, sleep } = this.#options;
    this.#isTaking = true;
    await this.#compareClocks().catch(() => {});
    while (this.#wanted > 0) {
      if (this.#nextTakeAt > now()) await sleep(this.#nextTakeAt - now());
      this.#dismiss();
      try {
        await this.#takeSome();
      } catch (error) {
        for (const waiter of this.#empty()) waiter.refuse(error);
      }
    }
    this.#isTaking = false;
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
      for (const waiter of this.#empty()) waiter.grant('free');
      return;
    }
    this.#freeUntil = Number.NEGATIVE_INFINITY;
    this.#gap = gap;
    for (const { place, at: said } of given) {
      const freeAt = (this.#leftLate.get(place) ?? Number.NEGATIVE_INFINITY) + usedFor(rate);
      const surely = this.#clock.toLocal(said) + this.#clock.uncertainty();
      const until = surely + latestFor(rate);
      if (freeAt <= until) this.#give({ place, said, at: Math.max(freeAt, surely), until });
    }
    // The orders that are left need several moments, so they wait for more than the next one.
    const nextIsNear = this.#clock.toLocal(next) - HORIZON_MS;
    // One that is connected needs just one, and before the fresh orders of other workers.
    const longer = this.#missed.length > 0 ? 0 : Math.min(HORIZON_MS / 2, this.#wanted * gap);
    const waitMs = nextIsNear + longer - to;
    this.#nextTakeAt = Math.max(this.#nextTakeAt, to + Math.min(LOOK_EVERY_MS, waitMs));
    this.#noteBacklog(gap);
  }

  /**
   * Asks the queue to rest. The rest is a tenth shorter than the waiting orders need, so the next
   * ones arrive in time. It is about a second at least: a shorter one would open the queue's next
   * window early, and more jobs would come.
   */
  #noteBacklog(gap: number): void {
    const { onBacklog, now } = this.#options;
    const waiting = this.#waiting.length;
    if (waiting <= Math.max(1, 500 / gap) || now() < this.#backlogUntil) return;
    const ms = Math.max(900, waiting * gap * 0.9);
    this.#backlogUntil = now() + ms;
    onBacklog(ms);
  }
}
