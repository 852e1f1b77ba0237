/**
 * When an order may be sent: never more than N within any sliding second, all workers together.
 *
 *   wait for a moment     taken from the ledger, one order each, about 1/N apart
 *        |
 *   claim, 25 ms before   or as long as it takes, with the orders of the next 20 ms. Not earlier: a
 *        |                worker that is killed would leave orders in doubt that were never sent,
 *        |                and a cancel would come too late for them
 *   connect and send      so that the first byte leaves at the moment. An order may leave late; its
 *                         place among the N of a second is then free that much later. One that is
 *                         too late takes another moment
 */
import { EARLY_MS } from '../ledger/index.ts';
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

/** One order's way from its claim to its first byte. Its moment is when that byte may leave. */
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

/**
 * Lead for a claim, ms: what the slowest recent claim took, within these bounds. A synced write on
 * a slow disk takes long.
 */
const CLAIM_AHEAD_MS = { least: 25, most: 150 };
/** Orders due within this, ms, are claimed in one statement. */
const CLAIM_TOGETHER_MS = 20;
/** Longest lead for connecting, ms. A longer one would claim too much too early. */
const LONGEST_CONNECT_MS = 300;
/** How many recent claims and connections count. */
const LATELY = { claims: 100, connects: 20 };
/** Delay before asking for a moment again when the ledger does not answer, ms. */
const AGAIN_MS = 250;

export function openPace(options: PaceOptions): Pace {
  const { now, sleep } = options;
  const moments = new MomentSupply(options);
  const leads = openLeads();
  let hasClosed = false;
  return {
    async turn() {
      if (hasClosed) return null;
      if (moments.isFree()) return FREE;
      const granted = await moments.next();
      if (granted === 'free') return FREE;
      if (granted === 'closed') return null;
      const latest = granted.at - leads.connecting() - leads.claiming();
      const claimAt = Math.floor(latest / CLAIM_TOGETHER_MS) * CLAIM_TOGETHER_MS;
      if (claimAt > now()) await sleep(claimAt - now());
      return hasClosed ? null : openTurn(granted, { now, sleep, moments, leads });
    },
    close() {
      hasClosed = true;
      moments.close();
    },
    isClosed: () => hasClosed,
  };
}

type Leads = ReturnType<typeof openLeads>;

/** How long the steps before the first byte took lately, and so how early they must begin. */
function openLeads() {
  const claims: number[] = [];
  const connects: number[] = [];
  const note = (lately: number[], ms: number, most: number) => {
    lately.push(ms);
    if (lately.length > most) lately.shift();
  };
  return {
    noteClaim: (ms: number) => note(claims, ms, LATELY.claims),
    noteConnect: (ms: number) => note(connects, ms, LATELY.connects),
    /** How long before its moment an order starts, ms: the quickest recent connection. */
    connecting: () => (connects.length === 0 ? 0 : Math.min(LONGEST_CONNECT_MS, ...connects)),
    /** How long before that start the order is claimed, ms. */
    claiming: () => Math.min(CLAIM_AHEAD_MS.most, Math.max(CLAIM_AHEAD_MS.least, ...claims)),
  };
}

type TurnContext = Pick<PaceOptions, 'now' | 'sleep'> & {
  moments: MomentSupply;
  leads: Leads;
};

function openTurn(given: Moment, { now, sleep, moments, leads }: TurnContext): Turn {
  /** Null once no pace is set any more: then the order has no moment to keep. */
  let moment: Moment | null = given;
  const beganAt = now();
  let begunAt: number | undefined;
  let wasRefused = false;
  const isMissed = ({ until }: Moment) => now() > until;
  return {
    async moment(mayStart) {
      if (begunAt === undefined) leads.noteClaim(now() - beganAt);
      while (moment) {
        const waitMs = moment.at - leads.connecting() - now();
        if (waitMs > 0) await sleep(waitMs);
        if (!isMissed(moment) || !mayStart()) break;
        const other = await anotherMoment(mayStart, { moments, sleep });
        if (other === 'closed') break;
        moment = other === 'free' ? null : other;
      }
      begunAt = now();
      wasRefused = false;
    },
    isInTime() {
      leads.noteConnect(now() - (begunAt ?? now()));
      if (!moment) return true;
      wasRefused = isMissed(moment) || now() < moment.at - EARLY_MS;
      // Once the byte has left: on a busy machine the process may sleep before.
      if (!wasRefused) setImmediate((left) => moments.noteLeft(left), moment);
      return !wasRefused;
    },
    wasRefused: () => wasRefused,
    giveBack() {
      if (moment && moment.at > now()) moments.giveBack(moment);
    },
  };
}

/** 'closed': the order may not be sent any more. */
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
  wasRefused: () => false,
  giveBack: () => {},
};
