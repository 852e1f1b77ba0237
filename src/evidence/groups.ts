import { type AskedNumbers, fits, wishOf } from './fits.ts';
import type { Listing, Sighting } from './listing.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

/** Interchangeable unknown orders, by rising id. */
export type Kind = {
  asked: AskedNumbers;
  fillQuantity: boolean;
  orders: UnknownAttempt[];
  /** The baselines of these orders, each once. */
  baselines: (number | null)[];
};

/** Kinds that share numbers of the list. Each of a number's takers could have bought it. */
export type Group = {
  kinds: Kind[];
  numbers: { sighting: Sighting; takers: Kind[] }[];
};

export type Grouped = {
  groups: Group[];
  /** Numbers that only an order that is being sent could have bought. */
  underWay: Sighting[];
  /** Numbers that nothing here explains. */
  strangers: Sighting[];
};

/** Whether the number came to the list after the baseline. */
export function isNew({ listing }: Sighting, baseline: number | null): boolean {
  return listing > (baseline ?? -1);
}

/** Whether the number was owned before the baseline and came back after it. */
export function isBack({ listing, backListing, backFrom }: Sighting, baseline: number | null) {
  const since = baseline ?? -1;
  return listing <= since && backListing !== null && backListing > since && since >= backFrom;
}

/** Whether an order with this baseline can have bought the number, as far as time tells. */
export function concerns(sighting: Sighting, baseline: number | null): boolean {
  return isNew(sighting, baseline) || isBack(sighting, baseline);
}

/**
 * Which unknown orders could have bought which numbers of the list, except those that a person
 * called foreign. Pure.
 */
export function groupByNumbers(unknowns: UnknownAttempt[], listing: Listing): Grouped {
  const kinds = kindsOf(unknowns);
  const named = new Set(unknowns.flatMap((unknown) => unknown.named));
  const grouped: Grouped = { groups: [], underWay: [], strangers: [] };
  const groupOf = new Map<Kind, Group>();
  const baselines = baselinesOf(unknowns);
  // When an answer names a number, the vendor knows better than a person who called it foreign.
  const concerned = listing.sightings.filter(
    (sighting) =>
      (!sighting.isForeign || named.has(sighting.number)) &&
      baselines.some((baseline) => concerns(sighting, baseline)),
  );
  for (const sighting of concerned) {
    const { number } = sighting;
    const naming = named.has(number)
      ? kinds.filter(({ orders }) => orders.some((order) => order.named.includes(number)))
      : [];
    // An answer with what its order did not ask for may be another order's.
    const takers = naming.some(({ asked }) => fits(asked, number))
      ? naming
      : kinds.filter(
          (kind) =>
            naming.includes(kind) ||
            (fits(kind.asked, number) && kind.baselines.some((since) => concerns(sighting, since))),
        );
    if (takers.length > 0) join(groupOf, takers).numbers.push({ sighting, takers });
    else if (listing.sending.some((asked) => fits(asked, number))) grouped.underWay.push(sighting);
    else grouped.strangers.push(sighting);
  }
  grouped.groups = [...new Set(groupOf.values())];
  return grouped;
}

function kindsOf(unknowns: UnknownAttempt[]): Kind[] {
  const byWish = Map.groupBy(
    unknowns.toSorted((a, b) => a.order - b.order),
    wishOf,
  );
  return [...byWish.values()].map((orders) => {
    const [first] = orders as [UnknownAttempt];
    const { fillQuantity } = first;
    return { asked: first, fillQuantity, orders, baselines: baselinesOf(orders) };
  });
}

function baselinesOf(unknowns: UnknownAttempt[]): (number | null)[] {
  return [...new Set(unknowns.map(({ baseline }) => baseline))];
}

/** Joins the groups of these kinds into one, and returns it. */
function join(groupOf: Map<Kind, Group>, kinds: Kind[]): Group {
  const before = new Set(kinds.map((kind) => groupOf.get(kind)).filter((group) => group));
  const [only] = before;
  if (only && before.size === 1 && kinds.every((kind) => groupOf.get(kind) === only)) return only;
  const members = new Set([...kinds, ...[...before].flatMap((group) => group?.kinds ?? [])]);
  const joined: Group = {
    kinds: [...members],
    numbers: [...before].flatMap((group) => group?.numbers ?? []),
  };
  for (const kind of joined.kinds) groupOf.set(kind, joined);
  return joined;
}
