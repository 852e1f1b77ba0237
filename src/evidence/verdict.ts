import { type Asked, compete, fits } from './fits.ts';

export type UnknownAttempt = Asked & {
  order: number;
  /** How many of its numbers are not accounted for. */
  lacking: number;
  fillQuantity: boolean;
  sentAt: Date;
  /** When the last answer could have come: the answer's arrival, or else the deadline. */
  endedAt: Date;
};

/** What the vendor's list showed, and when. */
export type Listing = {
  /** When reading it began. */
  readAt: Date;
  /** When the newest list before an attempt was read; null: there was none. */
  baselineAt: (sentAt: Date) => Date | null;
  /** Numbers on the list that no order claims and that were not on the newest list before `sentAt`. */
  strays: (sentAt: Date) => string[];
  /** Orders of the account that are being sent right now. */
  sending: Asked[];
};

/**
 * `bought` and `nothing` can be settled by it; `open` cannot: a person decides. `isClear`: nothing
 * else explains what was seen, so the program may settle it by itself.
 */
export type Verdict = {
  order: number;
  finding: 'bought' | 'nothing' | 'open';
  isClear: boolean;
  /** The goods, or for `open` the candidates. */
  numbers: string[];
  /** The evidence, in sentences for a person. */
  why: string;
};

/** An order on which it is too early to say anything. */
export type Postponed = { order: number; finding: 'later'; why: string };

/**
 * Judges every unknown order of an account by one reading of the vendor's list of owned numbers.
 * Pure. `settlingMs` is how long the list may lag behind a purchase: nobody knows, so it is a
 * setting, and a list that was read sooner after the attempt proves nothing.
 */
export function judgeUnknowns(
  unknowns: UnknownAttempt[],
  listing: Listing,
  settlingMs: number,
): (Verdict | Postponed)[] {
  return unknowns.map((unknown) => judge(unknown, unknowns, listing, settlingMs));
}

function judge(
  unknown: UnknownAttempt,
  unknowns: UnknownAttempt[],
  listing: Listing,
  settlingMs: number,
): Verdict | Postponed {
  const { order, sentAt, endedAt } = unknown;
  if (listing.readAt.getTime() < endedAt.getTime() + settlingMs) {
    const after = new Date(endedAt.getTime() + settlingMs).toISOString();
    return { order, finding: 'later', why: `A list read after ${after} can tell.` };
  }
  if (listing.sending.some((other) => compete(unknown, other))) {
    const why = 'An order that could buy the same numbers is being sent; a later list can tell.';
    return { order, finding: 'later', why };
  }
  const baseline = listing.baselineAt(sentAt);
  if (baseline === null) {
    const why = 'There is no list from before it was sent, so none can show what it added.';
    return { order, finding: 'open', isClear: false, numbers: [], why };
  }
  const strays = listing.strays(sentAt);
  const candidates = strays.filter((number) => fits(unknown, number));
  const rivals = unknowns.filter(
    (other) => other.order !== order && candidates.some((number) => fits(other, number)),
  );
  const strangers = strays.filter((number) => !unknowns.some((other) => fits(other, number)));
  const seen = `The list of ${listing.readAt.toISOString()}, compared with that of ${baseline.toISOString()}, has`;
  return weigh(unknown, { candidates, rivals, strangers, seen });
}

function weigh(
  { order, lacking, fillQuantity }: UnknownAttempt,
  found: { candidates: string[]; rivals: UnknownAttempt[]; strangers: string[]; seen: string },
): Verdict {
  const { candidates, rivals, strangers, seen } = found;
  const n = candidates.length;
  const open = (why: string): Verdict => ({
    order,
    finding: 'open',
    isClear: false,
    numbers: candidates,
    why: `${seen} ${n} new number${n === 1 ? '' : 's'} that it may have bought, ${why}`,
  });
  if (n === 0) {
    const why = `${seen} no new number that it could have bought.`;
    return { order, finding: 'nothing', isClear: true, numbers: [], why };
  }
  if (rivals.length > 0) {
    return open(`and so may order ${rivals.map((rival) => rival.order).join(', ')}.`);
  }
  if (n > lacking) return open(`but it lacks only ${lacking}: somebody else buys on this account.`);
  if (fillQuantity && n < lacking) {
    return open(`but it asked for all ${lacking} or none: somebody else buys on this account.`);
  }
  const goods = `${seen} exactly ${n} new number${n === 1 ? '' : 's'} that it could have bought and no other order`;
  if (strangers.length > 0) {
    const why = `${goods}; but also ${strangers.length} that no order here explains: somebody else buys on this account.`;
    return { order, finding: 'bought', isClear: false, numbers: candidates, why };
  }
  const why = n < lacking ? `${goods}, of ${lacking} asked.` : `${goods}.`;
  return { order, finding: 'bought', isClear: true, numbers: candidates, why };
}
