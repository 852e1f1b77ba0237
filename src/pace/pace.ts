/**
 * When an order may be sent: never more than N within any sliding second, all workers together.
 *
 *   wait for a moment     taken from the ledger, one order each, a little more than 1/N apart
 *        |
 *   claim, 25 ms before   or as long as it takes, with the orders of the next 20 ms. Not earlier: a
 *        |                worker that is killed would leave orders in doubt that were never sent,
 *        |                and a cancel would come too late for them
 *   connect and send      so that the first byte leaves at the moment. An order that is slightly
 *                         late pushes the later moments back; one that is too late takes a new one
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
   * Waits until it is time to begin sending, so that the first byte leaves at the moment:
   * connecting takes as long as it did lately. When the moment was missed, for another one. Never
   * rejects, and waits no longer than `mayStart` says yes: when it says no, nothing may be sent
   * anyway.
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

/**
 * Claiming takes a few ms, and a synced write on a slow disk: as long as the slowest took lately.
 */
const CLAIM_AHEAD_MS = { least: 25, most: 150 };
/**
 * So late after its moment an order may be sent all the same: N orders take 15 ms more than 1 s.
 */
const LATE_MS = 10;
/** So early, when connecting was quicker than ever before. */
const EARLY_MS = 3;
/** Those that are due within so many ms are claimed at the same time, in one statement. */
const CLAIM_TOGETHER_MS = 20;
/**
 * Connecting longer than this, ms, is not begun earlier for: too much would be claimed too early.
 */
const LONGEST_CONNECT_MS = 300;
/** So many of the last claims, and of the last connections, count. */
const LATELY = { claims: 100, connects: 20 };
/**
 * Being late by more than this, ms, cannot be made up for by moving what is still to be given: at
 * one order per second the next moment is given half a second after this one.
 */
const DEFER_MS = 400;
/** The clocks are compared so often before the first moment: one comparison may be far off. */
const COMPARISONS = 3;
/**
 * Shortest time from one taking of moments to the next, ms: those who come meanwhile go together.
 */
const TAKE_EVERY_MS = 50;
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
  /** How long the last claims took, and the last ways from the beginning to the first byte, ms. */
  const claims: number[] = [];
  const connects: number[] = [];
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
    // Those that are left want more than one at a time: not the very next one, as soon as it is
    // there.
    const nextIsNear = clock.toLocal(first + count * gap) - HORIZON_MS;
    const waitMs = nextIsNear + Math.min(HORIZON_MS / 2, left * gap) - to;
    nextTakeAt = Math.max(nextTakeAt, to + Math.min(LOOK_EVERY_MS, waitMs));
    noteBacklog(gap);
  }

  function give(moment: Moment): void {
    (missed.shift() ?? waiting.shift())?.grant(moment);
  }

  /**
   * Less than what is waiting here takes, so that the next ones are there in time; and no less than
   * what is left of the second's worth that was handed out, or more would come for the rest.
   */
  function noteBacklog(gap: number): void {
    if (waiting.length <= Math.max(1, 500 / gap) || now() < backlogUntil) return;
    const ms = Math.max(900, waiting.length * gap * 0.9);
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
    const beganAt = now();
    let begunAt: number | undefined;
    let wasRefused = false;
    const lateBy = () => now() - at - LATE_MS;
    const isMissed = () => lateBy() >= Math.min(gap, DEFER_MS);
    return {
      async moment(mayStart) {
        if (begunAt === undefined) note(claims, now() - beganAt, LATELY.claims);
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
        note(connects, now() - (begunAt ?? now()), LATELY.connects);
        wasRefused = isMissed() || now() < at - EARLY_MS;
        // Moving the others is cheaper than a moment lost. In time: the N-th after it is not given
        // yet.
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
    return connects.length === 0 ? 0 : Math.min(LONGEST_CONNECT_MS, ...connects);
  }

  /** How long before that it is to be claimed, ms. */
  function claiming(): number {
    return Math.min(CLAIM_AHEAD_MS.most, Math.max(CLAIM_AHEAD_MS.least, ...claims));
  }

  return {
    async turn() {
      if (hasClosed) return null;
      if (now() < freeUntil) return FREE;
      const granted = await line('waiting');
      if (granted === 'free') return FREE;
      if (granted === 'closed') return null;
      const latest = granted.at - connecting() - claiming();
      const claimAt = Math.floor(latest / CLAIM_TOGETHER_MS) * CLAIM_TOGETHER_MS;
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

function note(lately: number[], ms: number, most: number): void {
  lately.push(ms);
  if (lately.length > most) lately.shift();
}

/** A turn of an account without a pace. */
const FREE: Turn = {
  moment: async () => {},
  isInTime: () => true,
  wasRefused: () => false,
  giveBack: () => {},
};
