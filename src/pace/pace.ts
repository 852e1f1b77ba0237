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
   * Waits, first come first served, until an order should be claimed. Null: the worker is stopping
   * and claims nothing more. Rejects when the ledger gives no moment.
   */
  turn(): Promise<Turn | null>;
  /** Ends all waits for a turn. Nothing may be claimed after this. */
  close(): void;
  isClosed(): boolean;
};

export type Turn = {
  /**
   * Waits until sending should begin, so that the first byte leaves at the moment; connecting
   * counts with its recent duration. An order that missed its moment waits for another one. Never
   * rejects. Waits no longer than `mayStart` allows, because after that nothing may be sent.
   */
  moment(mayStart: () => boolean): Promise<void>;
  /**
   * Ask this right before the first byte. False: send nothing before the next `moment`; until then
   * `wasRefused` is true.
   */
  isInTime(): boolean;
  wasRefused(): boolean;
  /** The order is not sent. Another order may have the moment. */
  giveBack(): void;
};

export type PaceOptions = {
  /** Takes up to that many moments; see the ledger's `takeMoments`. */
  take(count: number): Promise<Moments>;
  /** Moves the moments that are still to be taken; see the ledger's `deferMoments`. */
  defer(ms: number): Promise<void>;
  /**
   * More orders wait than moments can be had for. Called with how long no further order is needed,
   * ms.
   */
  onBacklog(ms: number): void;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/**
 * Lead for a claim, ms: what the slowest recent claim took, within these bounds. A synced write on
 * a slow disk takes long.
 */
const CLAIM_AHEAD_MS = { least: 25, most: 150 };
/** An order may be sent this late after its moment, ms: N orders take 15 ms more than 1 s. */
const LATE_MS = 10;
/** An order may be sent this early, ms, when connecting was quicker than ever before. */
const EARLY_MS = 3;
/** Orders due within this, ms, are claimed in one statement. */
const CLAIM_TOGETHER_MS = 20;
/** Longest lead for connecting, ms. A longer one would claim too much too early. */
const LONGEST_CONNECT_MS = 300;
/** How many recent claims and connections count. */
const LATELY = { claims: 100, connects: 20 };
/**
 * An order that is later than this, ms, takes a new moment. At one order per second the next moment
 * is given half a second after this one, so later moments cannot make up for it.
 */
const DEFER_MS = 400;
/** Comparisons of the clocks before the first moment: one alone may be far off. */
const COMPARISONS = 3;
/** Shortest time between two takings of moments, ms. Orders that come meanwhile go together. */
const TAKE_EVERY_MS = 50;
/** Longest time between two takings, ms: a slow pace may have changed to a quick one. */
const LOOK_EVERY_MS = 500;
/** Delay before asking for a moment again when the ledger does not answer, ms. */
const AGAIN_MS = 250;

type Moment = { at: number; gap: number };
/** 'free': no pace is set. */
type Grant = Moment | 'free' | 'closed';
type Waiter = { grant(to: Grant): void; refuse(error: unknown): void };

export function openPace({ take, defer, onBacklog, now, sleep }: PaceOptions): Pace {
  const clock = openRemoteClock();
  const waiting: Waiter[] = [];
  /** Orders that are already claimed. They come first and cannot be turned away. */
  const missed: Waiter[] = [];
  /**
   * Durations of the recent claims, and of the recent ways from the start to the first byte, ms.
   */
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

  /** Null: no moment is needed. */
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
        // Moving the later moments costs less than losing one. It is in time: the N-th moment after
        // this one is not given yet.
        if (lateBy() > 0 && !wasRefused) defer(lateBy()).catch(() => {});
        return !wasRefused;
      },
      wasRefused: () => wasRefused,
      giveBack() {
        if (at > now()) give({ at, gap });
      },
    };
  }

  /**
   * How long before its moment an order is started, ms: what the quickest recent connection took.
   */
  function connecting(): number {
    return connects.length === 0 ? 0 : Math.min(LONGEST_CONNECT_MS, ...connects);
  }

  /** How long before that start the order is claimed, ms. */
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
