import { firstOf } from '../english.ts';
import { type AskedNumbers, fits } from './fits.ts';
import { fill } from './share.ts';

/** An unknown order, with what decides which numbers it may have bought. */
export type Buyer = AskedNumbers & {
  order: number;
  /** How many of its numbers are missing. */
  lacking: number;
  /** The newest list before the order was sent; 0: there was none. */
  baseline: number;
  /** Numbers that its unclear answer names. */
  named: string[];
  /** The order bought all that it lacks, or nothing. */
  fillQuantity: boolean;
};

export type LeftOver = {
  /** Numbers that the order may have bought. */
  candidates: string[];
  /** Candidates for which the other orders have no room. */
  left: string[];
  /** Orders that have some of the candidates and did not ask for them. */
  holders: number[];
};

/**
 * `listing`: the list to which the number came last. `holder`: the order that has it, and did not
 * ask for it; null: none has it.
 */
export type Listed = { number: string; listing: number; holder: number | null };

export const NONE_LEFT: LeftOver = { candidates: [], left: [], holders: [] };

/** `order 1`, `orders 1, 2`: five at most, and how many others there are. */
export const ordersNamed = (ids: number[]): string =>
  `${ids.length === 1 ? 'order' : 'orders'} ${firstOf(ids.map(String), 5)}`;

/** Who has such numbers, as the end of a clause. */
export const whoHas = (holders: number[]): string =>
  holders.length === 0
    ? 'no order has'
    : `no order has, or ${ordersNamed(holders)}, which did not ask for them`;

/**
 * What no order explains if the given order bought none of these numbers. Pure. `unknown` may
 * include the order.
 *
 * The other orders explain what their answers name, and as many numbers as they still lack. They
 * take first the numbers that the order cannot have bought, and all-or-none orders take whole fills
 * only. A person may say of several orders, one after the other, that they bought nothing. Then the
 * first order is refused whose numbers do not fit into the rest.
 */
export function leftOver(order: Buyer, numbers: Listed[], unknown: Buyer[]): LeftOver {
  const others = unknown.filter((each) => each.order !== order.order);
  // An answer with what its order did not ask for may be another order's.
  const namedOfOthers = new Set(
    others.flatMap((each) => each.named.filter((number) => fits(each, number))),
  );
  const mayHave = (buyer: Buyer, { number, listing }: Listed) =>
    listing > buyer.baseline && fits(buyer, number);
  const isCandidate = (each: Listed) =>
    order.named.includes(each.number) || (!namedOfOthers.has(each.number) && mayHave(order, each));
  const candidates = numbers.filter(isCandidate);
  if (candidates.length === 0) return NONE_LEFT;
  const alike = [...Map.groupBy(others, likeness).values()];
  // All-or-none orders first: the others can take what is left.
  alike.sort(([a], [b]) => Number(b!.fillQuantity) - Number(a!.fillQuantity));
  const open = numbers.filter(({ number }) => !namedOfOthers.has(number));
  const inTurn = open.toSorted((a, b) => Number(isCandidate(a)) - Number(isCandidate(b)));
  const takers = fillWholly(
    inTurn.map((each) =>
      order.named.includes(each.number) ? [] : alike.filter(([first]) => mayHave(first!, each)),
    ),
    new Map(alike.map((all) => [all, roomOf(all)])),
  );
  const left = new Set(inTurn.filter((_, at) => takers[at] === null));
  return {
    candidates: candidates.map(({ number }) => number),
    left: candidates.filter((each) => left.has(each)).map(({ number }) => number),
    holders: [...new Set(candidates.flatMap(({ holder }) => holder ?? []))].sort((a, b) => a - b),
  };
}

/** Like `fill`, but an all-or-none order takes all that it lacks, or nothing. */
function fillWholly(wanted: Buyer[][][], room: Map<Buyer[], number>): (Buyer[] | null)[] {
  while (true) {
    const takers = fill(wanted, room);
    const held = (alike: Buyer[]) => takers.filter((taker) => taker === alike).length;
    const inPart = [...room.keys()].find(
      (alike) => alike[0]!.fillQuantity && roomOf(alike, held(alike)) < held(alike),
    );
    if (!inPart) return takers;
    room.set(inPart, roomOf(inPart, held(inPart)));
  }
}

/** How many of `numbers` these orders can take in whole fills, besides what their answers name. */
function roomOf(alike: Buyer[], numbers = Infinity): number {
  const lacks = alike.map(({ lacking, named }) => Math.max(0, lacking - named.length));
  return lacks
    .toSorted((a, b) => b - a)
    .reduce((room, lack) => (room + lack > numbers ? room : room + lack), 0);
}

/** The same text for orders that may have bought the same numbers. */
function likeness(buyer: Buyer): string {
  const { type, areaCode, distance, allowOverlay, baseline, fillQuantity } = buyer;
  return JSON.stringify([type, areaCode, distance, allowOverlay, baseline, fillQuantity]);
}
