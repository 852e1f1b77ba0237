import { type Group, isNew, type Kind } from './groups.ts';
import type { Sighting } from './listing.ts';
import type { UnknownAttempt } from './unknown-attempt.ts';

/** Which numbers each order gets, or why that is uncertain. */
export type Share =
  | { given: Map<number, string[]> }
  /**
   * `surplus`: there are more numbers than the orders lack. `ambiguous`: orders that ask for
   * different things could have bought the same number. `parts`: the orders are all-or-none, and
   * the numbers do not fill whole orders.
   */
  | { fault: 'surplus' | 'ambiguous' | 'parts' };

/**
 * Gives the numbers of a group to its orders. Pure. Each number must fit one kind only. The orders
 * of a kind get numbers by rising id, those with named numbers first. Any order of the kind may get
 * them: no line gets more than it asks for.
 */
export function share(group: Group): Share {
  const byKind = assign(group);
  if (byKind === 'surplus' || byKind === 'ambiguous') return { fault: byKind };
  const given = new Map<number, string[]>();
  for (const [kind, sightings] of byKind) {
    const fault = giveOut(kind, sightings, given);
    if (fault) return { fault };
  }
  return { given };
}

/**
 * The numbers of each kind. A number that two kinds could have bought goes to neither. A kind that
 * seems full proves nothing: another buyer may have bought the numbers that seem to fill it.
 */
function assign({ kinds, numbers }: Group): Map<Kind, Sighting[]> | 'surplus' | 'ambiguous' {
  const room = new Map(kinds.map((kind) => [kind, lackingOf(kind.orders)]));
  const wanted = numbers.map(({ takers }) => takers);
  if (fill(wanted, room).includes(null)) return 'surplus';
  if (wanted.some((takers) => takers.length > 1)) return 'ambiguous';
  const byKind = new Map<Kind, Sighting[]>(kinds.map((kind) => [kind, []]));
  for (const { sighting, takers } of numbers) {
    for (const kind of takers) byKind.get(kind)?.push(sighting);
  }
  return byKind;
}

/**
 * Gives as many items as possible to takers with limited room (a maximum matching), earlier items
 * first. Returns the taker of each item; null: no room was left. Pure.
 */
export function fill<Taker>(wanted: Taker[][], room: Map<Taker, number>): (Taker | null)[] {
  const taken: (Taker | null)[] = wanted.map(() => null);
  const heldBy = new Map<Taker, Set<number>>([...room.keys()].map((taker) => [taker, new Set()]));
  /** Finds room for an item, and moves others if needed. `seen`: takers that were tried already. */
  const place = (item: number, seen: Set<Taker>): boolean => {
    for (const taker of wanted[item] ?? []) {
      const held = heldBy.get(taker);
      if (!held || seen.has(taker)) continue;
      seen.add(taker);
      const isFree = held.size < (room.get(taker) ?? 0);
      const moved = isFree ? undefined : [...held].find((other) => place(other, seen));
      if (!isFree && moved === undefined) continue;
      const before = taken[item];
      if (before !== null && before !== undefined) heldBy.get(before)?.delete(item);
      taken[item] = taker;
      held.add(item);
      return true;
    }
    return false;
  };
  for (const item of wanted.keys()) place(item, new Set());
  return taken;
}

export function lackingOf(orders: { lacking: number }[]): number {
  return orders.reduce((sum, { lacking }) => sum + lacking, 0);
}

/** An order gets the numbers that its answer names. The other numbers go by rising id. */
function giveOut(
  kind: Kind,
  sightings: Sighting[],
  given: Map<number, string[]>,
): 'surplus' | 'parts' | null {
  const orders = takersIn(kind, sightings.length);
  if (!orders) return 'parts';
  for (const order of orders) given.set(order.order, []);
  const isNamed = ({ number }: Sighting) => orders.some(({ named }) => named.includes(number));
  // Oldest first: fewer orders can have bought them.
  const byAge = sightings.toSorted((a, b) => a.listing - b.listing);
  for (const sighting of [...byAge.filter(isNamed), ...byAge.filter((each) => !isNamed(each))]) {
    const { number } = sighting;
    const taker = orders.find(
      ({ order, lacking, baseline, named }) =>
        (given.get(order)?.length ?? 0) < lacking &&
        isNew(sighting, baseline) &&
        (named.includes(number) || !isNamed(sighting)),
    );
    if (!taker) return 'surplus';
    given.get(taker.order)?.push(number);
  }
  for (const { order } of orders) given.get(order)?.sort();
  return null;
}

/**
 * The orders that share this many numbers. Orders whose answer names numbers come first: they did
 * buy. All-or-none orders are picked by size, as long as the numbers fill them. Null: numbers are
 * left then.
 */
function takersIn({ orders, fillQuantity }: Kind, numbers: number): UnknownAttempt[] | null {
  const [sure, others] = [true, false].map((isSure) =>
    orders.filter(({ named }) => named.length > 0 === isSure),
  ) as [UnknownAttempt[], UnknownAttempt[]];
  if (!fillQuantity) return [...sure, ...others];
  let rest = numbers - lackingOf(sure);
  // Large orders first: only the last order of a line is small.
  const picked = others
    .toSorted((a, b) => b.lacking - a.lacking || a.order - b.order)
    .filter(({ lacking }) => {
      if (lacking > rest) return false;
      rest -= lacking;
      return true;
    });
  return rest === 0 ? [...sure, ...picked] : null;
}
