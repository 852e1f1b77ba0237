import { counted } from '../english.ts';
import { compete, fits } from './fits.ts';
import { concerns, type Group, type Grouped, groupByNumbers, isBack, isNew } from './groups.ts';
import type { Listing, Sighting } from './listing.ts';
import { type Share, share } from './share.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';
import { wordsFor } from './words.ts';

/**
 * `bought` and `nothing` can be settled by it; `open` cannot: a person decides. `isClear`: nothing
 * else explains what was seen, so the program may settle it by itself.
 */
export type Verdict = {
  order: number;
  attempt: number;
  finding: 'bought' | 'nothing' | 'open';
  isClear: boolean;
  /** The goods, or for `open` the candidates: those that fit first. */
  numbers: string[];
  /** The evidence, in sentences for a person. */
  why: string;
};

/** An order on which it is too early to say anything. */
export type Postponed = { order: number; attempt: number; finding: 'later'; why: string };

/**
 * An open verdict names this many of the numbers that fit no order here. The others are counted.
 */
const LISTED = 100;

/** What keeps an order from being judged by its numbers. */
type Hindrance = { finding: 'later' | 'open'; why: string };

type Judged = Group & {
  share: Share;
  /** What hinders one of its orders, or what its numbers are: then none of them is judged. */
  hindrance: Hindrance | null;
};

type View = {
  listing: Listing;
  hindrances: Map<number, Hindrance | null>;
  groups: Judged[];
  /** Numbers that an order which is not yet judged may have bought. */
  underWay: Sighting[];
  /** Numbers that the orders here do not explain. */
  strangers: Sighting[];
};

/**
 * Judges every unknown order of an account by one reading of the vendor's list of owned numbers.
 * Pure. `settlingMs` is how long the list may lag behind a purchase, in watched time: nobody knows,
 * so it is a setting, and a list that was read sooner after the attempt proves nothing.
 *
 * Interchangeable orders are judged together, and each verdict may be applied without the others,
 * in any order: numbers stay theirs that were on a list before an order of them is sent again.
 */
export function judgeUnknowns(
  unknowns: UnknownAttempt[],
  listing: Listing,
  settlingMs: number,
): (Verdict | Postponed)[] {
  const hindrances = new Map(
    unknowns.map((unknown) => [unknown.order, hindranceOf(unknown, unknowns, listing, settlingMs)]),
  );
  const view = viewOf(groupByNumbers(unknowns, listing), listing, hindrances);
  return unknowns.map((unknown) => judge(unknown, view));
}

function hindranceOf(
  unknown: UnknownAttempt,
  unknowns: UnknownAttempt[],
  listing: Listing,
  settlingMs: number,
): Hindrance | null {
  const { order, endTick, wasEnded, disputed, named, baseline } = unknown;
  if (!wasEnded) {
    return later('It was still being sent when reading the list began: a later list can tell.');
  }
  const early = endTick + settlingMs - listing.beganTick;
  if (early > 0) {
    const wait = counted(Math.ceil(early / 1000), 'second');
    return later(
      `A list that is read ${wait} later can tell. ` +
        'Time counts only while a worker runs: "work" starts one.',
    );
  }
  if (listing.doubt) return listing.doubt;
  if (listing.sending.some((other) => compete(unknown, other))) {
    return later('An order that could buy the same numbers is being sent; a later list can tell.');
  }
  if (baseline === null) {
    return open('There is no list from before it was sent, so none can show what it added.');
  }
  if (disputed > 0) {
    const numbers = counted(disputed, 'number');
    return open(`The vendor said that it had sold it ${numbers}, and they belong elsewhere.`);
  }
  const shown = named.filter((number) =>
    listing.sightings.some((each) => each.number === number && isNew(each, baseline)),
  );
  const isShared = unknowns.some(
    (other) => other.order !== order && other.named.some((number) => named.includes(number)),
  );
  if (shown.length < named.length || isShared || named.length > unknown.lacking) {
    const numbers = counted(named.length, 'number');
    return open(`Its answer names ${numbers}, and the list does not show that they are its own.`);
  }
  return null;
}

const later = (why: string): Hindrance => ({ finding: 'later', why });
const open = (why: string): Hindrance => ({ finding: 'open', why });

function viewOf(
  { groups, underWay, strangers }: Grouped,
  listing: Listing,
  hindrances: View['hindrances'],
): View {
  const judged = groups.map((group) => ({
    ...group,
    share: share(group),
    hindrance: groupHindrance(group, hindrances),
  }));
  const numbersOf = (some: Judged[]) =>
    some.flatMap(({ numbers }) => numbers.map(({ sighting }) => sighting));
  return {
    listing,
    hindrances,
    groups: judged,
    underWay: [
      ...underWay,
      ...numbersOf(judged.filter(({ hindrance }) => hindrance?.finding === 'later')),
    ],
    strangers: [...strangers, ...numbersOf(judged.filter(hasSurplus))],
  };
}

/** Then one of its numbers belongs to no order here, and it is unknown which one. */
function hasSurplus({ share }: Judged): boolean {
  return 'fault' in share && share.fault !== 'ambiguous';
}

function groupHindrance(group: Group, hindrances: View['hindrances']): Hindrance | null {
  const hindered = sharersOf(group).map(({ order }) => ({ order, is: hindrances.get(order) }));
  const early = hindered.find(({ is }) => is?.finding === 'later');
  if (early) {
    return later(`Order ${early.order} could have bought the same numbers and is not yet judged.`);
  }
  const untold = hindered.find(({ is }) => is?.finding === 'open');
  if (untold) return open(`Order ${untold.order} could have bought the same numbers.`);
  const back = group.numbers.filter(({ sighting, takers }) =>
    takers.some(({ baselines }) => baselines.some((baseline) => isBack(sighting, baseline))),
  );
  if (back.length === 0) return null;
  return open(
    `The list has ${counted(back.length, 'number')} that it may have bought and that ` +
      'had been owned before: gone from the list for a while, or released and sold anew.',
  );
}

/** Numbers of the group that an order could have bought. */
function candidatesOf(order: UnknownAttempt, { kinds, numbers }: Group): string[] {
  const kind = kinds.find(({ orders }) => orders.includes(order));
  if (!kind) return [];
  return numbers
    .filter(
      ({ sighting: each, takers }) =>
        takers.includes(kind) &&
        (order.named.includes(each.number) ||
          (fits(order, each.number) && concerns(each, order.baseline))),
    )
    .map(({ sighting }) => sighting.number);
}

/** The orders among which the numbers of a group are given out. */
function sharersOf(group: Group): UnknownAttempt[] {
  return group.kinds
    .flatMap(({ orders }) => orders)
    .filter((order) => candidatesOf(order, group).length > 0);
}

function judge(unknown: UnknownAttempt, view: View): Verdict | Postponed {
  const { order, attempt, lacking } = unknown;
  const group = view.groups.find(({ kinds }) =>
    kinds.some(({ orders }) => orders.includes(unknown)),
  );
  const candidates = group ? candidatesOf(unknown, group) : [];
  // What casts doubt on one that shares its candidates casts doubt on it.
  const sharers = group && candidates.length > 0 ? sharersOf(group) : [unknown];
  const baselines = sharers.map(({ baseline }) => baseline);
  const since = (sightings: Sighting[]) =>
    sightings
      .filter(({ number }) => !candidates.includes(number))
      .filter((each) => baselines.some((baseline) => concerns(each, baseline)))
      .map(({ number }) => number);
  const strangers = since(view.strangers);
  const words = wordsFor(unknown, view.listing);
  const verdict = (finding: Verdict['finding'], numbers: string[], why: string): Verdict => {
    const isClear = finding !== 'open' && strangers.length === 0;
    return { order, attempt, finding, isClear, numbers, why };
  };
  const hindered = ({ finding, why }: Hindrance): Verdict | Postponed =>
    finding === 'later'
      ? { order, attempt, finding, why }
      : verdict('open', [...candidates, ...strangers.slice(0, LISTED)], why);

  const own = view.hindrances.get(order) ?? (candidates.length > 0 ? group?.hindrance : null);
  if (own) return hindered(own);
  const shared: Share = group && candidates.length > 0 ? group.share : { given: new Map() };
  if ('fault' in shared) return hindered(open(words.fault(shared.fault, candidates.length)));
  const goods = shared.given.get(order) ?? [];
  if (goods.length < lacking) {
    const underWay = since(view.underWay).length;
    if (underWay > 0) return hindered(later(words.underWay(underWay)));
    if (view.listing.cut) return hindered(open(view.listing.cut));
  }
  if (goods.length > 0) {
    const alike = group?.kinds.find(({ orders }) => orders.includes(unknown))?.orders ?? [];
    const all = alike.reduce((sum, each) => sum + (shared.given.get(each.order)?.length ?? 0), 0);
    return verdict('bought', goods, words.bought(goods.length, all, strangers.length));
  }
  if (strangers.length > 0) return hindered(open(words.strangers(strangers.length)));
  return verdict('nothing', [], words.nothing(candidates.length));
}
