/**
 * When an order may be sent: never more than N within any sliding second, all workers together.
 *
 *   wait for a moment ── taken from the ledger, one order each, a little more than 1/N apart
 *        |
 *   claim, 25 ms before       (earlier, and a killed worker would leave orders in doubt that were
 *        |                     never sent, and a pause or a cancel would come too late for them)
 *   connect, so that the first byte leaves at the moment; if it is late, by little: the later
 *   moments move back; by more: nothing is sent, and it waits for another one
 */
import { HORIZON_MS, type Moments } from '../ledger/index.ts';
import { openRemoteClock } from './remote-clock.ts';

export type Pace = {
  /**
   * Waits, first come first served, until an order should be claimed. Null: the worker is stopping,
   * and nothing is to be claimed. Rejects when no moment could be had.
   */
  turn(): Promise<Turn | null>;
  /** Ends the waits of those who have no turn yet. From then on nothing may be claimed. */
  close(): void;
  isClosed(): boolean;
};

export type Turn = {
  /**
   * Waits until it is time to begin sending, so that the first byte leaves at the moment: connecting
   * takes as long as it did lately. When the moment was missed, for another one. Never rejects, and
   * waits no longer than `mayStart` says yes: when it says no, nothing may be sent anyway.
   */
  moment(mayStart: () => boolean): Promise<void>;
  /**
   * To be asked right before the first byte. No: nothing may be sent before the next `moment`, and
   * `wasRefused` until then.
   */
  isInTime(): boolean;
  wasRefused(): boolean;
  /** Nothing is to be sent after all: another one may have the moment. */
  giveBack(): void;
};

export type PaceOptions = {
  /** Takes so many moments at most; see the ledger's `takeMoments`. */
  take(count: number): Promise<Moments>;
  /** Moves the moments that are still to be taken; see the ledger's `deferMoments`. */
  defer(ms: number): Promise<void>;
  /** More are waiting than moments can be had for soon: no further one is needed for so many ms. */
  onBacklog(ms: number): void;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** Claiming takes a few ms, ten when many things happen at once. */
const CLAIM_AHEAD_MS = 25;
/** So late after its moment an order may be sent all the same: N orders take 15 ms more than 1 s. */
const LATE_MS = 10;
/** So early, when connecting was quicker than ever before. */
const EARLY_MS = 3;
/** Connecting longer than this, ms, is not begun earlier for: too much would be claimed too early. */
const LONGEST_CONNECT_MS = 300;
/** So many of the last delays from the beginning to the first byte count. */
const DELAYS = 20;
/**
 * Being late by more than this, ms, cannot be made up for by moving what is still to be given: at one
 * order per second the next moment is given half a second after this one.
 */
const DEFER_MS = 400;
/** The clocks are compared so often before the first moment: one comparison may be far off. */
const COMPARISONS = 3;
/** Shortest time from one taking of moments to the next, ms: those who come meanwhile go together. */
const TAKE_EVERY_MS = 20;
/** Longest, ms: a slow pace may have been changed to a quick one. */
const LOOK_EVERY_MS = 500;
/** Until a missed moment is asked for again, when the ledger does not answer. */
const AGAIN_MS = 250;

type Moment = { at: number; gap: number };
/** 'free': no pace is set. */
type Grant = Moment | 'free' | 'closed';
type Waiter = { grant(to: Grant): void; refuse(error: unknown): void };

export function openPace({ take, defer, onBacklog, now, sleep }: PaceOptions): Pace {
  const clock = openRemoteClock();
  const waiting: Waiter[] = [];
  /** Those whose order is claimed already: they come first, and cannot be sent away. */
  const missed: Waiter[] = [];
  const delays: number[] = [];
  let isTaking = false;
  let compared = 0;
  let hasClosed = false;
  let nextTakeAt = Number.NEGATIVE_INFINITY;
  let freeUntil = Number.NEGATIVE_INFINITY;
  let backlogUntil = Number.NEGATIVE_INFINITY;

  function line(of: 'waiting' | 'missed'): Promise<Grant> {
    const granted = new Promise<Grant>((grant, refuse) => {
      (of === 'missed' ? missed : waiting).push({ grant, refuse });
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
    // Those that are left want more than one at a time: not the very next one, as soon as it is there.
    const nextIsNear = clock.toLocal(first + count * gap) - HORIZON_MS;
    const waitMs = nextIsNear + Math.min(HORIZON_MS / 2, left * gap) - to;
    nextTakeAt = Math.max(nextTakeAt, to + Math.min(LOOK_EVERY_MS, waitMs));
    noteBacklog(gap);
  }

  function give(moment: Moment): void {
    (missed.shift() ?? waiting.shift())?.grant(moment);
  }

  function noteBacklog(gap: number): void {
    // A quarter of a second's worth beyond those with a moment, since each worker may have as many.
    if (waiting.length <= Math.max(1, 250 / gap) || now() < backlogUntil) return;
    const ms = Math.min(1_000, waiting.length * gap);
    backlogUntil = now() + ms;
    onBacklog(ms);
  }

  /** Null: none is needed. */
  async function anotherMoment(mayStart: () => boolean): Promise<Moment | null> {
    while (mayStart()) {
      try {
        const granted = await line('missed');
        return typeof granted === 'string' ? null : granted;
      } catch {
        await sleep(AGAIN_MS);
      }
    }
    return null;
  }

  function turnAt(given: Moment): Turn {
    let { at, gap } = given;
    let begunAt = 0;
    let wasRefused = false;
    const lateBy = () => now() - at - LATE_MS;
    const isMissed = () => lateBy() >= Math.min(gap, DEFER_MS);
    return {
      async moment(mayStart) {
        while (true) {
          const waitMs = at - connecting() - now();
          if (waitMs > 0) await sleep(waitMs);
          if (!isMissed() || !mayStart()) break;
          const other = await anotherMoment(mayStart);
          if (other === null) break;
          ({ at, gap } = other);
        }
        begunAt = now();
        wasRefused = false;
      },
      isInTime() {
        delays.push(now() - begunAt);
        if (delays.length > DELAYS) delays.shift();
        wasRefused = isMissed() || now() < at - EARLY_MS;
        // Moving the others is cheaper than a moment lost. In time: the N-th after it is not given yet.
        if (lateBy() > 0 && !wasRefused) defer(lateBy()).catch(() => {});
        return !wasRefused;
      },
      wasRefused: () => wasRefused,
      giveBack() {
        if (at > now()) give({ at, gap });
      },
    };
  }

  /** How long before its moment an order is to be begun, ms: no longer than any took lately. */
  function connecting(): number {
    return delays.length === 0 ? 0 : Math.min(LONGEST_CONNECT_MS, ...delays);
  }

  return {
    async turn() {
      if (hasClosed) return null;
      if (now() < freeUntil) return FREE;
      const granted = await line('waiting');
      if (granted === 'free') return FREE;
      if (granted === 'closed') return null;
      const claimAt = granted.at - connecting() - CLAIM_AHEAD_MS;
      if (claimAt > now()) await sleep(claimAt - now());
      return hasClosed ? null : turnAt(granted);
    },
    close() {
      hasClosed = true;
      for (const waiter of waiting.splice(0)) waiter.grant('closed');
    },
    isClosed: () => hasClosed,
  };
}

/** A turn of an account without a pace. */
const FREE: Turn = {
  moment: async () => {},
  isInTime: () => true,
  wasRefused: () => false,
  giveBack: () => {},
};
