/**
 * When an order may be sent: never more than N within any sliding second, all workers together.
 *
 *   take a moment        from the ledger, one for each order, about 1/N s apart
 *        |
 *   claim and connect    as long before the moment as both took lately, together with orders due in
 *        |               the same 20 ms. Not earlier: when a worker is killed, claimed orders that
 *        |               were never sent are in doubt, and no cancel reaches them
 *   send                 at the moment. When an order leaves late, its place among the N of a
 *                        second is free that much later. An order that misses its moment uses that
 *                        of an order that still connects, or takes a new one
 */
import { type Grant, type Moment, MomentSupply, type PaceOptions } from './moments.ts';

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

/** One order's way from its claim to its first byte, which may leave at the order's moment. */
export type Turn = {
  /**
   * Call this when the order is claimed and connected. Waits for its moment, or for another one
   * after a missed one, until `mayStart` says no. Never rejects.
   */
  moment(mayStart: () => boolean): Promise<void>;
  /** Ask this right before the first byte. False: send nothing before the next `moment`. */
  isInTime(): boolean;
  /** The order was not claimed. Another order may have the moment. */
  giveBack(): void;
  /**
   * The order could not be sent. No other order gets the moment: failing orders must not be tried
   * faster than the pace. Has no effect once the order has left.
   */
  drop(): void;
};

/**
 * Bounds of the lead, ms. A longer lead would claim too much too early. An order that needs longer
 * leaves at a later order's moment.
 */
const AHEAD_MS = { least: 25, most: 300 };
/** Orders due within this, ms, are claimed in one statement. */
const CLAIM_TOGETHER_MS = 20;
/** How many recent orders the lead is measured from, and how many of the slowest are left out. */
const LATELY = { orders: 100, slowest: 5 };
/** Delay before asking for a moment again when the ledger does not answer, ms. */
const AGAIN_MS = 250;

export function openPace(options: PaceOptions): Pace {
  const { now, sleep } = options;
  const lead = openLead();
  const moments = new MomentSupply(options, lead.lateMs);
  let hasClosed = false;
  return {
    async turn() {
      if (hasClosed) return null;
      if (moments.isFree()) return FREE;
      const granted = await moments.next();
      if (granted === 'free') return FREE;
      if (granted === 'closed') return null;
      const latest = granted.at - lead.ms();
      const claimAt = Math.floor(latest / CLAIM_TOGETHER_MS) * CLAIM_TOGETHER_MS;
      if (claimAt > now()) await sleep(claimAt - now());
      return hasClosed ? null : openTurn(granted, { now, sleep, moments, lead });
    },
    close() {
      hasClosed = true;
      moments.close();
    },
    isClosed: () => hasClosed,
  };
}

type Lead = ReturnType<typeof openLead>;

/** The lead: how early an order is claimed. Claiming and connecting took as long lately. */
function openLead() {
  const lately: number[] = [];
  const usualMs = () => lately.toSorted((a, b) => b - a)[LATELY.slowest] ?? Math.max(0, ...lately);
  return {
    note(ms: number): void {
      lately.push(ms);
      if (lately.length > LATELY.orders) lately.shift();
    },
    ms: () => Math.min(AHEAD_MS.most, Math.max(AHEAD_MS.least, usualMs())),
    /** How long after its moment an order is usually connected. */
    lateMs: () => Math.max(0, usualMs() - AHEAD_MS.most),
  };
}

type TurnContext = Pick<PaceOptions, 'now' | 'sleep'> & { moments: MomentSupply; lead: Lead };

function openTurn(given: Moment, { now, sleep, moments, lead }: TurnContext): Turn {
  /** Null: no pace is set any more, and the order may leave at once. */
  let moment: Moment | null = given;
  const beganAt = now();
  let isConnected = false;
  let isOver = false;
  const end = () => {
    if (!isOver) moments.end();
    isOver = true;
  };
  const isMissed = ({ until }: Moment) => now() > until;
  return {
    async moment(mayStart) {
      if (!isConnected) lead.note(now() - beganAt);
      isConnected = true;
      while (moment) {
        const next = moments.use(moment) ?? (await anotherMoment(mayStart, { moments, sleep }));
        if (next === 'closed') break;
        moment = next === 'free' ? null : next;
        // A timer may ring a little early.
        while (moment && now() < moment.at) await sleep(moment.at - now());
        if (!moment || !isMissed(moment) || !mayStart()) break;
      }
    },
    isInTime() {
      if (moment && isMissed(moment)) return false;
      end();
      // After the byte has left: on a busy machine the process may sleep before.
      if (moment) setImmediate((left) => moments.noteLeft(left), moment);
      return true;
    },
    giveBack() {
      end();
      if (moment) moments.giveBack(moment);
    },
    drop: end,
  };
}

async function anotherMoment(
  mayStart: () => boolean,
  { moments, sleep }: Pick<TurnContext, 'moments' | 'sleep'>,
): Promise<Grant> {
  while (mayStart()) {
    try {
      return await moments.another(mayStart);
    } catch {
      await sleep(AGAIN_MS);
    }
  }
  return 'closed';
}

/** A turn of an account without a pace. */
const FREE: Turn = {
  moment: async () => {},
  isInTime: () => true,
  giveBack: () => {},
  drop: () => {},
};
