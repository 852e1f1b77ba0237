import { type AskedNumbers, fits, type Wish, wishOf } from './fits.ts';
import { fill, lackingOf } from './share.ts';

/** A waiting order. It may have been sent, if the ledger has lost the attempt. */
export type Suspect = Wish & {
  order: number;
  quantity: number;
  /** What successors of the order may ask for. The ledger may have lost them as well. */
  later: AskedNumbers[];
};

export type Unexplained = {
  /** Numbers that no unknown order explains, and that a waiting order could have bought. */
  numbers: string[];
  /** The waiting orders that may have bought `numbers`, by rising id. */
  orders: number[];
  /** Orders of these that may have ended, because a lost successor may have bought instead. */
  succeeded: number[];
  /** Numbers that no order explains, waiting or unknown. */
  others: string[];
};

/**
 * What a ledger that went back may have lost. Pure. `strays` are numbers of the vendor's list that
 * no order and no earlier list has. `inDoubt` are unknown orders. `waiting` are by rising id. Call
 * this only while no order is being sent.
 *
 * An unknown order explains as many numbers as it lacks, but no number that a waiting order with
 * another wish, or a successor of one, could have bought. Of waiting orders with the same wishes,
 * the first ones with room for the rest are suspected. Another of them may have bought: their line
 * still gets no more than it asks for.
 */
export function unexplained({ strays, inDoubt, waiting }: Evidence): Unexplained {
  const suspects = groupsOf(waiting, (one) => wishOf(one) + JSON.stringify(one.later));
  const doubtful = groupsOf(inDoubt, wishOf);
  const matched = strays.map((number) => match(number, suspects, doubtful));
  const left = withoutRoom(matched, doubtful);
  const lost = left.filter(({ suspected }) => suspected.length > 0);
  const others = left.filter(({ suspected }) => suspected.length === 0);
  const picked = suspects
    .flatMap((group) => firstWithRoom(group, lost))
    .sort((a, b) => a.order - b.order);
  return {
    numbers: lost.map(({ number }) => number).sort(),
    orders: picked.map(({ order }) => order),
    succeeded: picked.filter(({ later }) => later.length > 0).map(({ order }) => order),
    others: others.map(({ number }) => number).sort(),
  };
}

type InDoubt = Wish & { lacking: number };
type Evidence = { strays: string[]; inDoubt: InDoubt[]; waiting: Suspect[] };
type Group<Order> = { wish: string; first: Order; all: Order[] };

function groupsOf<Order extends Wish>(
  orders: Order[],
  keyOf: (order: Order) => string,
): Group<Order>[] {
  return [...Map.groupBy(orders, keyOf).values()].map((all) => {
    const first = all[0]!;
    return { wish: wishOf(first), first, all };
  });
}

/** `explainedBy`: the wishes of the unknown orders that may explain the number. */
type Match = { number: string; suspected: Group<Suspect>[]; explainedBy: string[] };

function match(number: string, suspects: Group<Suspect>[], doubtful: Group<InDoubt>[]): Match {
  const isLater = ({ first }: Group<Suspect>) => first.later.some((one) => fits(one, number));
  const suspected = suspects.filter((group) => fits(group.first, number) || isLater(group));
  const explainedBy = doubtful
    .filter(({ first }) => fits(first, number))
    .map(({ wish }) => wish)
    .filter((wish) => suspected.every((one) => one.wish === wish && !isLater(one)));
  return { number, suspected, explainedBy };
}

/** The numbers for which the unknown orders have no room. */
function withoutRoom(matched: Match[], doubtful: Group<InDoubt>[]): Match[] {
  // First the numbers that no waiting order could have bought: only an unknown order explains them.
  const sorted = matched.toSorted((a, b) => a.suspected.length - b.suspected.length);
  const wanted = sorted.map(({ explainedBy }) => explainedBy);
  const takers = fill(wanted, new Map(doubtful.map(({ wish, all }) => [wish, lackingOf(all)])));
  return sorted.filter((_, index) => takers[index] === null);
}

function firstWithRoom(group: Group<Suspect>, lost: Match[]): Suspect[] {
  const numbers = lost.filter(({ suspected }) => suspected.includes(group)).length;
  let room = 0;
  return group.all.filter(({ quantity }) => {
    const isNeeded = room < numbers;
    room += quantity;
    return isNeeded;
  });
}
