import { counted } from '../english.ts';
import { type Asked, compete, fits } from './fits.ts';

export type UnknownAttempt = Asked & {
  order: number;
  attempt: number;
  /** How many of its numbers are not accounted for. */
  lacking: number;
  fillQuantity: boolean;
  /** Numbers that the vendor said it had sold it, and that could not be its own. */
  disputed: number;
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
  /** Numbers on the list that no order claims and that were on no list before `sentAt`. */
  strays: (sentAt: Date) => string[];
  /**
   * Numbers on the list that were not on the newest list before `sentAt`, but had been owned earlier:
   * released meanwhile and sold anew, or left out of that list by mistake.
   */
  returned: (sentAt: Date) => string[];
  /** Why the list cannot be the whole of it, as far as such an attempt goes; null: nothing says so. */
  doubt: (sentAt: Date) => string | null;
  /** Orders of the account that are being sent right now. */
  sending: Asked[];
};

/**
 * `bought` and `nothing` can be settled by it; `open` cannot: a person decides. `isClear`: nothing
 * else explains what was seen, so the program may settle it by itself.
 */
export type Verdict = {
  order: number;
  attempt: number;
  finding: 'bought' | 'nothing' | 'open';
  isClear: boolean;
  /** The goods, or for `open` the candidates. */
  numbers: string[];
  /** The evidence, in sentences for a person. */
  why: string;
};

/** An order on which it is too early to say anything. */
export type Postponed = { order: number; attempt: number; finding: 'later'; why: string };

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
  const { order, attempt, sentAt, endedAt } = unknown;
  const later = (why: string): Postponed => ({ order, attempt, finding: 'later', why });
  const open = (why: string, numbers: string[] = []): Verdict => ({
    ...{ order, attempt, finding: 'open', isClear: false, numbers, why },
  });
  if (listing.readAt.getTime() < endedAt.getTime() + settlingMs) {
    const after = new Date(endedAt.getTime() + settlingMs).toISOString();
    return later(`A list read after ${after} can tell.`);
  }
  const doubt = listing.doubt(sentAt);
  if (doubt !== null) return later(doubt);
  if (listing.sending.some((other) => compete(unknown, other))) {
    return later('An order that could buy the same numbers is being sent; a later list can tell.');
  }
  const baseline = listing.baselineAt(sentAt);
  if (baseline === null) {
    return open('There is no list from before it was sent, so none can show what it added.');
  }
  const strays = listing.strays(sentAt);
  const candidates = strays.filter((number) => fits(unknown, number));
  const rivals = unknowns.filter(
    (other) => other.order !== order && candidates.some((number) => fits(other, number)),
  );
  // What may be the goods of an order that is being sent is no stranger's.
  const ours = [...unknowns, ...listing.sending];
  const strangers = strays.filter((number) => !ours.some((other) => fits(other, number)));
  const seen = `The list of ${listing.readAt.toISOString()}, compared with that of ${baseline.toISOString()}, has`;
  if (unknown.disputed > 0) {
    const named = counted(unknown.disputed, 'number');
    return open(
      `The vendor said that it had sold it ${named}, and they belong elsewhere. ${seen} ${counted(candidates.length, 'new number')} that it may have bought.`,
      candidates,
    );
  }
  const returned = listing.returned(sentAt).filter((number) => fits(unknown, number));
  if (returned.length > 0) {
    return open(
      `${seen} ${counted(returned.length, 'number')} that it may have bought and that had been owned before: gone from the list for a while, or released and sold anew.`,
      [...candidates, ...returned],
    );
  }
  return weigh(unknown, { candidates, rivals, strangers, seen });
}

function weigh(
  { order, attempt, lacking, fillQuantity }: UnknownAttempt,
  found: { candidates: string[]; rivals: UnknownAttempt[]; strangers: string[]; seen: string },
): Verdict {
  const { candidates, rivals, strangers, seen } = found;
  const n = candidates.length;
  const open = (why: string): Verdict => ({
    ...{ order, attempt, finding: 'open', isClear: false, numbers: candidates },
    why: `${seen} ${counted(n, 'new number')} that it may have bought, ${why}`,
  });
  const bought = (isClear: boolean, why: string): Verdict => ({
    ...{ order, attempt, finding: 'bought', isClear, numbers: candidates, why },
  });
  if (n === 0) {
    const why = `${seen} no new number that it could have bought.`;
    return { order, attempt, finding: 'nothing', isClear: true, numbers: [], why };
  }
  if (rivals.length > 0) {
    return open(`and so may order ${rivals.map((rival) => rival.order).join(', ')}.`);
  }
  if (n > lacking) return open(`but it lacks only ${lacking}: somebody else buys on this account.`);
  if (fillQuantity && n < lacking) {
    return open(`but it asked for all ${lacking} or none: somebody else buys on this account.`);
  }
  const goods = `${seen} exactly ${counted(n, 'new number')} that it could have bought and no other order`;
  if (strangers.length > 0) {
    return bought(
      false,
      `${goods}; but also ${strangers.length} that no order here explains: somebody else buys on this account.`,
    );
  }
  return bought(true, n < lacking ? `${goods}, of ${lacking} asked.` : `${goods}.`);
}
