import { counted } from '../english.ts';
import { explain } from './explain.ts';
import { fits, wishOf } from './fits.ts';
import { concerns, type Group, type Grouped, groupByNumbers, isBack } from './groups.ts';
import { hindranceOf, later, open } from './hindrance.ts';
import type { Doubt, Listing, Sighting } from './listing.ts';
import { type Share, share } from './share.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

/**
 * `bought` and `nothing` can settle the order. With `open` a person decides, and with `later` it is
 * too early to judge. `isClear`: the program may settle the order by itself, because nothing else
 * explains the list.
 */
export type Verdict = {
  order: number;
  attempt: number;
  finding: 'bought' | 'nothing' | 'open' | 'later';
  isClear: boolean;
  /** What was bought. For `open`: what may have been, the numbers that fit the order first. */
  numbers: string[];
  /** The evidence, in sentences for a person. */
  why: string;
};

/** The most numbers that an open verdict lists and no order here explains. */
const LISTED = 100;

type Judged = Group & {
  share: Share;
  /** Its orders that could have bought some of its numbers. */
  sharers: UnknownAttempt[];
  /** Why none of its orders can be judged; null: they can. */
  hindrance: Doubt | null;
};

type View = {
  listing: Listing;
  hindrances: Map<number, Doubt | null>;
  groups: Judged[];
  /** Numbers that an order that is not yet judged may have bought. */
  underWay: Sighting[];
  /** Numbers that one of several orders bought, or none of them: a person decides. */
  undecided: Sighting[];
  /** Numbers that the orders here do not explain. */
  strangers: Sighting[];
};

/**
 * Judges every unknown order of an account by one reading of the vendor's list of owned numbers.
 * Pure. `listLagMs` is how long the list may lag behind a purchase, ms of watched time: a list
 * that was read sooner after the attempt proves nothing.
 *
 * Interchangeable orders are judged together. Verdicts may be applied one by one, in any order: an
 * order that is sent again has a newer baseline and takes no number of this list from the others.
 */
export function judgeUnknowns(
  unknowns: UnknownAttempt[],
  listing: Listing,
  listLagMs: number,
): Verdict[] {
  const hindrances = new Map(
    unknowns.map((unknown) => [unknown.order, hindranceOf(unknown, unknowns, listing, listLagMs)]),
  );
  const view = viewOf(groupByNumbers(unknowns, listing), listing, hindrances);
  return unknowns.map((unknown) => judge(unknown, view));
}

function viewOf(
  { groups, underWay, strangers }: Grouped,
  listing: Listing,
  hindrances: View['hindrances'],
): View {
  const judged = groups.map((group) => {
    const sharers = sharersOf(group);
    const hindrance = groupHindrance(group, sharers, hindrances);
    return { ...group, share: share(group), sharers, hindrance };
  });
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
    undecided: numbersOf(judged.filter(isAmbiguous)),
    strangers: [...strangers, ...numbersOf(judged.filter(hasSurplus))],
  };
}

function isAmbiguous({ share }: Judged): boolean {
  return 'fault' in share && share.fault === 'ambiguous';
}

/** Whether an unknown one of its numbers belongs to no order here. */
function hasSurplus(group: Judged): boolean {
  return 'fault' in group.share && !isAmbiguous(group);
}

function groupHindrance(
  group: Group,
  sharers: UnknownAttempt[],
  hindrances: View['hindrances'],
): Doubt | null {
  const hindered = sharers.map(({ order }) => ({ order, is: hindrances.get(order) }));
  const early = hindered.find(({ is }) => is?.finding === 'later');
  if (early) {
    return later(`Order ${early.order} could have bought the same numbers and is not yet judged.`);
  }
  const unjudged = hindered.find(({ is }) => is?.finding === 'open');
  if (unjudged) {
    return open(`Order ${unjudged.order} could have bought the same numbers and cannot be judged.`);
  }
  const back = group.numbers.filter(({ sighting, takers }) =>
    takers.some(({ baselines }) => baselines.some((baseline) => isBack(sighting, baseline))),
  );
  if (back.length === 0) return null;
  return open(
    `The list has ${counted(back.length, 'number')} that it may have bought and that were owned ` +
      'before: a list lacked them for a while, or they were released and sold again.',
  );
}

/** Whether the number came, or came back, after that list. */
function cameAfter({ listing, backListing }: Sighting, list: number): boolean {
  return Math.max(listing, backListing ?? 0) > list;
}

/** Numbers of its group that an order could have bought. */
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

/** The orders that could have bought a number of the group. */
function sharersOf(group: Group): UnknownAttempt[] {
  return group.kinds
    .flatMap(({ orders }) => orders)
    .filter((order) => candidatesOf(order, group).length > 0);
}

/** What the list has for an order. */
type Found = {
  group: Judged | undefined;
  /** Numbers that the order could have bought. */
  candidates: string[];
  /** The order, and the orders that could have bought the same numbers. */
  sharers: UnknownAttempt[];
  /** Picks the numbers, beside the candidates, that came after the baseline of a sharer. */
  newOf: (sightings: Sighting[]) => string[];
  words: ReturnType<typeof explain>;
};

function foundFor(unknown: UnknownAttempt, { groups, listing }: View): Found {
  const group = groups.find(({ kinds }) => kinds.some(({ orders }) => orders.includes(unknown)));
  const candidates = group ? candidatesOf(unknown, group) : [];
  const sharers = group && candidates.length > 0 ? group.sharers : [unknown];
  const baselines = [...new Set(sharers.map(({ baseline }) => baseline))];
  const newOf = (sightings: Sighting[]) =>
    sightings
      .filter(({ number }) => !candidates.includes(number))
      .filter((each) => baselines.some((baseline) => concerns(each, baseline)))
      .map(({ number }) => number);
  return { group, candidates, sharers, newOf, words: explain(unknown, listing) };
}

function judge(unknown: UnknownAttempt, view: View): Verdict {
  const { order, attempt, lacking } = unknown;
  const found = foundFor(unknown, view);
  const { group, candidates, words } = found;
  const strangers = found.newOf(view.strangers);
  const verdict = (finding: Verdict['finding'], numbers: string[], why: string): Verdict => {
    const isClear = finding !== 'open' && finding !== 'later' && strangers.length === 0;
    return { order, attempt, finding, isClear, numbers, why };
  };
  const unjudged = ({ finding, why }: Doubt, others = strangers): Verdict =>
    verdict(finding, finding === 'open' ? [...candidates, ...others.slice(0, LISTED)] : [], why);

  const hindrance = view.hindrances.get(order) ?? (candidates.length > 0 ? group?.hindrance : null);
  if (hindrance) return unjudged(hindrance);
  const seen = (group?.numbers ?? [])
    .map(({ sighting }) => sighting)
    .filter(({ number }) => candidates.includes(number));
  const { lostSince } = view.listing;
  if (lostSince !== null && seen.some((each) => cameAfter(each, lostSince)))
    return unjudged(open(words.lost));
  const shared: Share = group && candidates.length > 0 ? group.share : { given: new Map() };
  if ('fault' in shared) return unjudged(open(words.fault(shared.fault, candidates.length)));
  const goods = shared.given.get(order) ?? [];
  const more = goods.length < lacking ? doubtOfMore(found, goods.length, view) : null;
  if (more) return unjudged(more, more.others);
  const taken = seen.filter(({ number, isTaken }) => isTaken && goods.includes(number));
  if (taken.length > 0) return unjudged(open(words.taken(taken.length)));
  if (goods.length === 0) return verdict('nothing', [], words.nothing(candidates.length));
  const alike = group?.kinds.find(({ orders }) => orders.includes(unknown))?.orders ?? [];
  const all = alike.reduce((sum, each) => sum + (shared.given.get(each.order)?.length ?? 0), 0);
  return verdict('bought', goods, words.bought(goods.length, all, strangers.length));
}

/** Why an order may have bought more than `goods` numbers; null: it has not. */
function doubtOfMore(
  { sharers, newOf, words }: Found,
  goods: number,
  { listing, underWay, strangers, undecided }: View,
): (Doubt & { others?: string[] }) | null {
  const notJudged = newOf(underWay).length;
  if (notJudged > 0) return later(words.underWay(notJudged));
  if (listing.cut) return open(listing.cut);
  const old = sharers.find(({ hasOldBaseline }) => hasOldBaseline);
  if (old) return open(words.old(old.order));
  // A person called these numbers foreign, and did not say that these orders bought nothing.
  const foreign = listing.sightings
    .filter(
      (each) =>
        each.isForeign &&
        sharers.some((order) => fits(order, each.number) && concerns(each, order.baseline)),
    )
    .map(({ number }) => number);
  if (foreign.length > 0) return { ...open(words.foreign(goods, foreign.length)), others: foreign };
  // One of each kind: there may be a thousand orders and ten thousand such numbers.
  const kinds = new Map(sharers.map((order) => [`${wishOf(order)} ${order.baseline}`, order]));
  const mixedUp = listing.unasked.filter(({ number, listing: at }) =>
    kinds.values().some((order) => fits(order, number) && at > (order.baseline ?? 0)),
  );
  if (mixedUp.length > 0) return open(words.mixedUp(goods, mixedUp));
  // A vendor can sell other numbers than it was asked for.
  const strange = newOf(strangers).length;
  if (strange > 0) return open(words.strangers(goods, strange));
  // A person may say of all these orders that they bought nothing. Then nothing explains these.
  const others = listing.unasked.length > 0 ? newOf(undecided) : [];
  return others.length > 0 ? { ...open(words.undecided(goods, others.length)), others } : null;
}
