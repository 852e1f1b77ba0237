/**
 * The moments of one worker: which of its orders may leave when.
 *
 * The ledger hands out moments a little more than 1/N apart, to all workers from one row (the
 * generic cell rate algorithm, spread over workers). A worker takes as many as it has orders that
 * wait, and gives them out first come first served.
 */
import { HORIZON_MS, type Moments } from '../ledger/index.ts';
import { openRemoteClock } from './remote-clock.ts';

/** `at`: when the first byte may leave, by the own clock, ms. `gap`: to the next moment, ms. */
export type Moment = { at: number; gap: number };

/** 'free': no pace is set. 'closed': the worker is stopping. */
export type Grant = Moment | 'free' | 'closed';

export type MomentSupply = {
  /** Waits for a moment. Rejects when the ledger gives none. */
  next(): Promise<Grant>;
  /** The same for an order that is claimed and has missed its moment: it comes first. */
  another(): Promise<Grant>;
  /** A moment that its order does not need. The next order gets it. */
  giveBack(moment: Moment): void;
  /** No pace was set a short while ago, so no moment is needed. */
  isFree(): boolean;
  /** Ends the waits of `next`. */
  close(): void;
};

export type SupplyOptions = {
  /** Takes up to that many moments; see the ledger's `takeMoments`. */
  take(count: number): Promise<Moments>;
  /**
   * More orders wait than moments can be had for. Called with how long no further order is needed,
   * ms.
   */
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

type Waiter = { grant(to: Grant): void; refuse(error: unknown): void };

export function openMoments({ take, onBacklog, now, sleep }: SupplyOptions): MomentSupply {
  const clock = openRemoteClock();
  const waiting: Waiter[] = [];
  /** They come first and cannot be turned away. */
  const missed: Waiter[] = [];
  let isTaking = false;
  let compared = 0;
  let nextTakeAt = Number.NEGATIVE_INFINITY;
  let freeUntil = Number.NEGATIVE_INFINITY;
  let backlogUntil = Number.NEGATIVE_INFINITY;

  function wait(waiters: Waiter[]): Promise<Grant> {
    const granted = new Promise<Grant>((grant, refuse) => {
      waiters.push({ grant, refuse });
    });
    if (!isTaking) takeAll();
    return granted;
  }

  async function takeAll(): Promise<void> {
    isTaking = true;
    await compareClocks().catch(() => {});
    while (missed.length + waiting.length > 0) {
      if (nextTakeAt > now()) await sleep(nextTakeAt - now());
      try {
        await takeSome(missed.length + waiting.length);
      } catch (error) {
        for (const waiter of [...missed.splice(0), ...waiting.splice(0)]) waiter.refuse(error);
      }
    }
    isTaking = false;
  }

  async function compareClocks(): Promise<void> {
    for (; compared < COMPARISONS; compared++) {
      const from = now();
      const moments = await take(0);
      clock.read(moments.now, from, now());
    }
  }

  async function takeSome(wanted: number): Promise<void> {
    const from = now();
    nextTakeAt = from + TAKE_EVERY_MS;
    const { count, now: remoteNow, first, gap } = await take(wanted);
    const to = now();
    clock.read(remoteNow, from, to);
    if (gap === null) {
      freeUntil = to + LOOK_EVERY_MS;
      nextTakeAt = to;
      for (const waiter of [...missed.splice(0), ...waiting.splice(0)]) waiter.grant('free');
      return;
    }
    freeUntil = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < count; index++)
      give({ at: clock.toLocal(first + index * gap), gap });
    const left = missed.length + waiting.length;
    // The orders that are left need several moments, so they wait for more than the next one.
    const nextIsNear = clock.toLocal(first + count * gap) - HORIZON_MS;
    const waitMs = nextIsNear + Math.min(HORIZON_MS / 2, left * gap) - to;
    nextTakeAt = Math.max(nextTakeAt, to + Math.min(LOOK_EVERY_MS, waitMs));
    noteBacklog(gap);
  }

  function give(moment: Moment): void {
    (missed.shift() ?? waiting.shift())?.grant(moment);
  }

  /**
   * Takes fewer than wait here, so that the next ones arrive in time. Takes no fewer than are left
   * of the second's supply, or more jobs would come for the rest.
   */
  function noteBacklog(gap: number): void {
    if (waiting.length <= Math.max(1, 500 / gap) || now() < backlogUntil) return;
    const ms = Math.max(900, waiting.length * gap * 0.9);
    backlogUntil = now() + ms;
    onBacklog(ms);
  }

  return {
    next: () => wait(waiting),
    another: () => wait(missed),
    giveBack: give,
    isFree: () => now() < freeUntil,
    close() {
      for (const waiter of waiting.splice(0)) waiter.grant('closed');
    },
  };
}
