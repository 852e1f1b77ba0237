import { count, counted } from '../english.ts';
import type { AskedNumbers } from './fits.ts';

/**
 * A number of the list that no order has, or that was owned before an order bought it again. For an
 * order the number is *new* when its first list came after the order's baseline, and *back* when it
 * came back to the list after the baseline.
 */
export type Sighting = {
  number: string;
  /** The first list with the number. */
  listing: number;
  /** The last list with the number after a list without it. */
  backListing: number | null;
  /** The number counts as back for this baseline and later ones. */
  backFrom: number;
  /** An order of the account has the number. */
  hasOrder: boolean;
  /** An order of another account has the number, or had it before it was released. */
  isTaken: boolean;
  /** A person said that the number was bought outside this program. */
  isForeign: boolean;
};

/**
 * A number that an order has and did not ask for. The vendor may have answered that order with the
 * sale of another one. `listing`: the list to which the number came, or came back; 0: the newest
 * list does not have it.
 */
export type Unasked = { number: string; holder: number; listing: number };

/** A reading of the vendor's list, compared with all lists before it. */
export type Listing = Pick<ListReading, 'beganTick' | 'sending' | 'unasked' | 'lostSince'> & {
  readAt: Date;
  /** When an earlier list was read. */
  endedAt: (listing: number) => Date | undefined;
  sightings: Sighting[];
  /** Why the list proves nothing; null: it can be believed. */
  doubt: Doubt | null;
  /** Why the list may be only a part; null: nothing shows that. */
  cut: string | null;
};

/** Why a list proves nothing, or does not judge an order. `later`: a later list may do so. */
export type Doubt = { finding: 'later' | 'open'; why: string };

/** A number that was on a list and that the newest list lacks. */
export type Gone = {
  listing: number;
  /** The first list without the number, and when its reading ended, ms of watched time. */
  goneListing: number;
  goneTick: number;
};

export type Missing = {
  gone: Gone[];
  /** How many numbers all lists of the account had. */
  known: number;
  /** The baseline of the newest order whose numbers this list has; 0: there is none. */
  newerThan: number;
  /** How many numbers were bought long enough ago, and were on no list. */
  neverListed: number;
  /** Since when a list should have had those numbers, ms of watched time. */
  neverSince: number;
};

/** A reading of the vendor's list, and what the ledger knew just after it. */
export type ListReading = {
  id: number;
  /** No other list was read at the same time. */
  isAlone: boolean;
  /** When the reading began, ms of watched time. The list may lack later sales. */
  beganTick: number;
  beganAt: Date;
  numbers: string[];
  /** The newest lists before the unknown orders. */
  baselines: { id: number; beganTick: number; endedAt: Date; size: number }[];
  /** Numbers of any list that no order has. */
  strays: Omit<Sighting, 'backFrom' | 'hasOrder'>[];
  /**
   * Numbers of orders that came to the list, or came back, later than expected. `baseline`: the
   * newest list before the order was sent; 0: there was none.
   */
  resold: { number: string; baseline: number; endTick: number; seenListing: number }[];
  missing: Missing;
  /** Orders of the account that are being sent. */
  sending: AskedNumbers[];
  /** Numbers that an order of the account, `holder`, has and did not ask for. */
  unasked: Unasked[];
  /** A lost plan may have bought what came after this list; null: there is no lost plan. */
  lostSince: number | null;
  /** How long the list may lag behind a purchase, ms of watched time. */
  listLagMs: number;
};

/** Compares a reading with earlier ones. Pure. */
export function compareListing(reading: ListReading): Listing {
  const { beganTick, beganAt, baselines, strays, resold, listLagMs } = reading;
  const { sending, unasked, lostSince } = reading;
  const listed = new Set(reading.numbers);
  const rising = baselines.toSorted((a, b) => a.id - b.id);
  const sightings = [
    ...strays.map((stray) => ({ ...stray, backFrom: 0, hasOrder: false })),
    ...resold.map(({ number, baseline, endTick, seenListing }) => ({
      ...{ number, listing: 0, backListing: seenListing, hasOrder: true, isTaken: false },
      isForeign: false,
      // A list that was read so long after the purchase lacked the number only after a release.
      backFrom:
        rising.find((list) => list.id > baseline && endTick + listLagMs <= list.beganTick)?.id ??
        Infinity,
    })),
  ];
  const ends = new Map(baselines.map(({ id, endedAt }) => [id, endedAt]));
  return {
    ...{ beganTick, sending, unasked, lostSince },
    readAt: beganAt,
    endedAt: (listing) => ends.get(listing),
    sightings: sightings.filter(({ number }) => listed.has(number)),
    doubt: doubtOf(reading),
    cut: cutOf(reading),
  };
}

/** At most one in this many numbers counts as released. */
const MOST_RELEASED = 10;

/**
 * A list is believed when it has all numbers that it must have. It may lack a number that was
 * released. A number counts as released when lists have lacked it for longer than they lag, the
 * list is not an old one (it has numbers of an order that was sent after the number was last
 * listed), and the list lacks at most a tenth of all numbers.
 */
function doubtOf(reading: ListReading): Doubt | null {
  const { id, isAlone, beganTick, numbers, missing, listLagMs } = reading;
  const { gone, known, newerThan, neverListed, neverSince } = missing;
  if (!isAlone) {
    const why = 'Another list was read at the same time. It is not known which one is newer.';
    return { finding: 'later', why };
  }
  if (neverListed > 0) {
    const why =
      `The list lacks ${count(neverListed)} of the numbers that were bought ` +
      'well before it was read: it lags, or is not complete.';
    return { finding: beganTick - neverSince <= listLagMs ? 'later' : 'open', why };
  }
  const lacks =
    `The list has ${counted(numbers.length, 'number')} and lacks ` +
    `${count(gone.length)} of the ${count(known)} that were on it before`;
  const isFresh = ({ goneListing, goneTick }: Gone) =>
    goneListing === id || beganTick < goneTick + listLagMs;
  if (gone.some(isFresh)) {
    return { finding: 'later', why: `${lacks}: it is not complete, or these were just released.` };
  }
  if (gone.length * MOST_RELEASED > known) {
    return { finding: 'open', why: `${lacks}: too many to have been released.` };
  }
  const unproven = gone.filter(({ listing }) => listing > newerThan).length;
  if (unproven > 0) {
    const why =
      `${lacks}, and for ${count(unproven)} of them it shows ` +
      'nothing that was bought later: it may be old.';
    return { finding: 'open', why };
  }
  return null;
}

/**
 * Why a list may be only a part. A whole list has a number of an order, or of a list before the
 * unknown orders. Lists are cut off at round sizes: at 100, 200, 250 or 500, at ten times these and
 * so on, or at a power of two. A list that stays at another multiple of 50 may be cut off, too.
 */
function cutOf({ id, numbers, strays, baselines }: ListReading): string | null {
  const size = numbers.length;
  if (size === 0) return 'The list is empty: it may not be complete.';
  const known = Math.min(id - 1, ...baselines.map((list) => list.id));
  const isNew = new Set(
    strays.filter(({ listing }) => listing > known).map(({ number }) => number),
  );
  if (numbers.every((number) => isNew.has(number))) {
    return 'The list has no number that was known before: it may not be complete.';
  }
  const digits = String(size).replace(/0+$/, '');
  const isRound = size % 50 === 0 && ['1', '2', '25', '5'].includes(digits);
  const isSteady = size % 50 === 0 && baselines.some((list) => list.size === size);
  if (size < 100 || !(isRound || isSteady || Number.isInteger(Math.log2(size)))) return null;
  return `The list has exactly ${counted(size, 'number')}: it may be cut off there.`;
}
