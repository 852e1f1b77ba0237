import { count, counted } from '../english.ts';
import type { Asked } from './fits.ts';

/**
 * A number of the list that no order has, or that had been owned before an order bought it again.
 * To an order it is *new* when its first list came after the order's baseline, and *back* when it
 * came to the list again after it.
 */
export type Sighting = {
  number: string;
  /** Its first list. */
  listing: number;
  /** The last list that had it again after one that had not. */
  backListing: number | null;
  /** It counts as back only for baselines from this one on. */
  backFrom: number;
};

/** A reading of the vendor's list, compared with all lists before it. */
export type Listing = {
  /** By watched time, when reading it began: what was sold later need not be on it. */
  beganTick: number;
  readAt: Date;
  /** When a list before it was read. */
  endedAt: (listing: number) => Date | undefined;
  sightings: Sighting[];
  /** Orders of the account that are being sent right now. */
  sending: Asked[];
  /** Why the list proves nothing; null: nothing speaks against it. */
  doubt: Doubt | null;
  /** Why it may end before its last number: then it cannot show that something is missing. */
  cut: string | null;
};

/** `later`: a later list may be better. `open`: it is not to be expected. */
export type Doubt = { finding: 'later' | 'open'; why: string };

/** A number that was on a list and that the newest one lacks. */
export type Gone = {
  listing: number;
  /** The first list without it, and the end of reading that one, by watched time. */
  goneListing: number;
  goneTick: number;
};

export type Missing = {
  gone: Gone[];
  /** How many numbers the account's lists ever had. */
  known: number;
  /** The newest list after which an order was sent whose numbers the list has; 0: there is none. */
  newerThan: number;
  /**
   * Numbers that were bought well before and were on no list, and since when one should have had
   * them.
   */
  neverListed: number;
  neverSince: number;
};

/** A reading of the vendor's list, and what the ledger knew right after it. */
export type Reading = {
  id: number;
  /** No other list was read at the same time. */
  isAlone: boolean;
  beganTick: number;
  beganAt: Date;
  numbers: string[];
  /** The lists before the orders in doubt. */
  baselines: { id: number; beganTick: number; endedAt: Date; size: number }[];
  /** Numbers of any list that no order claims. */
  strays: { number: string; listing: number; backListing: number | null }[];
  /** Numbers that orders have and that came to the list, or back to it, later than they should. */
  resold: { number: string; baseline: number; endTick: number; seenListing: number }[];
  missing: Missing;
  sending: Asked[];
  /** How long the list may lag behind a purchase, ms of watched time. */
  settlingMs: number;
};

/** The reading compared with those before it. Pure. */
export function compareListing(reading: Reading): Listing {
  const { beganTick, beganAt, baselines, strays, resold, sending, settlingMs } = reading;
  const listed = new Set(reading.numbers);
  const rising = baselines.toSorted((a, b) => a.id - b.id);
  const sightings = [
    ...strays.map((stray) => ({ ...stray, backFrom: 0 })),
    ...resold.map(({ number, baseline, endTick, seenListing }) => ({
      ...{ number, listing: 0, backListing: seenListing },
      // Bought so long before such a list that it must have been on it, had it not been released.
      backFrom:
        rising.find((list) => list.id > baseline && endTick + settlingMs <= list.beganTick)?.id ??
        Infinity,
    })),
  ];
  const ends = new Map(baselines.map(({ id, endedAt }) => [id, endedAt]));
  return {
    beganTick,
    readAt: beganAt,
    endedAt: (listing) => ends.get(listing),
    sightings: sightings.filter(({ number }) => listed.has(number)),
    sending,
    doubt: doubtOf(reading),
    cut: cutOf(reading),
  };
}

/** At most this share of all numbers goes by itself: 1 in this many. */
const MOST_RELEASED = 10;

/**
 * A list is believed when it has all numbers that it must have. One that an earlier list had may be
 * missing because somebody released it. It counts as released when the list lacks it for a settling
 * time, has numbers of an order that was sent after it had been listed (a list of yesterday has
 * none), and lacks no more than a tenth of all.
 */
function doubtOf(reading: Reading): Doubt | null {
  const { id, isAlone, beganTick, numbers, missing, settlingMs } = reading;
  const { gone, known, newerThan, neverListed, neverSince } = missing;
  if (!isAlone) {
    const why = 'Another list was read at the same time: which one is newer is not known.';
    return { finding: 'later', why };
  }
  if (neverListed > 0) {
    const why =
      `The list lacks ${count(neverListed)} of the numbers that were bought ` +
      'well before it was read: it lags, or is not whole.';
    return { finding: beganTick - neverSince <= settlingMs ? 'later' : 'open', why };
  }
  const lacks =
    `The list has ${counted(numbers.length, 'number')} and lacks ` +
    `${count(gone.length)} of the ${count(known)} that were on it before`;
  const isFresh = ({ goneListing, goneTick }: Gone) =>
    goneListing === id || beganTick < goneTick + settlingMs;
  if (gone.some(isFresh)) {
    return { finding: 'later', why: `${lacks}: it is not whole, or they were released just now.` };
  }
  if (gone.length * MOST_RELEASED > known) {
    return { finding: 'open', why: `${lacks}: too many to have been released.` };
  }
  const last = gone.filter(({ listing }) => listing > newerThan).length;
  if (last > 0) {
    const why =
      `${lacks}, and for ${count(last)} of them it shows ` +
      'nothing that was bought later: it may be old.';
    return { finding: 'open', why };
  }
  return null;
}

/**
 * An empty list shows nothing at all. Others are cut off at round sizes: at 100, 200, 250 or 500,
 * ten times as many and so on, or a power of two; or at other hundreds, and then a list that does
 * not grow any more tells.
 */
function cutOf({ numbers: { length: size }, baselines }: Reading): string | null {
  if (size === 0) return 'The list is empty: it need not be the whole of it.';
  const digits = String(size).replace(/0+$/, '');
  const isRound = size % 50 === 0 && ['1', '2', '25', '5'].includes(digits);
  const isSteady = size % 100 === 0 && baselines.some((list) => list.size === size);
  if (size < 100 || !(isRound || isSteady || Number.isInteger(Math.log2(size)))) return null;
  return `The list has exactly ${counted(size, 'number')}: it may be cut off there.`;
}
