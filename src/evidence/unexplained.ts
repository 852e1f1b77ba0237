import { fits, type Wish, wishOf } from './fits.ts';
import { fill } from './share.ts';

/** A waiting order that could have been sent, if the ledger has lost the attempt. */
export type Suspect = Wish & { order: number; quantity: number };

export type Unexplained = {
  /** Numbers that no order in doubt explains, and that a waiting order could have bought. */
  numbers: string[];
  /** The waiting orders that may have bought them, in the order of ids. */
  orders: number[];
  /** Numbers that no order explains, waiting or in doubt. */
  others: string[];
};

/**
 * What a ledger that went back may have lost. Pure. `strays` are numbers of the vendor's list that
 * no order has and that no earlier list had. `inDoubt` are unknown orders with what they lack; an
 * order that is still being sent explains nothing, since it may buy yet: look when none is.
 * `waiting` are in the order of ids.
 *
 * An order in doubt explains as many numbers as it lacks, but none that a waiting order could have
 * bought that asks for something else. Of orders that ask for the same, the first ones are named,
 * as many as have room for what is left: whichever of them bought, their line gets no more than it
 * asks.
 */
export function unexplained({
  strays,
  inDoubt,
  waiting,
}: {
  strays: string[];
  inDoubt: (Wish & { lacking: number })[];
  waiting: Suspect[];
}): Unexplained {
  const suspects = Map.groupBy(waiting, wishOf);
  const doubtful = Map.groupBy(inDoubt, wishOf);
  const takersOf = (groups: Map<string, Wish[]>, number: string) =>
    [...groups].filter(([, [first]]) => first && fits(first, number)).map(([wish]) => wish);
  const found = strays.map((number) => {
    const suspected = takersOf(suspects, number);
    const explained = takersOf(doubtful, number).filter((wish) =>
      suspected.every((other) => other === wish),
    );
    return { number, suspected, explained };
  });
  // What no waiting order explains comes first: an order in doubt must.
  found.sort((a, b) => a.suspected.length - b.suspected.length);
  const room = new Map(
    [...doubtful].map(([wish, orders]) => [
      wish,
      orders.reduce((sum, { lacking }) => sum + lacking, 0),
    ]),
  );
  const takers = fill(
    found.map(({ explained }) => explained),
    room,
  );
  const left = found.filter(
    ({ suspected }, index) => takers[index] === null && suspected.length > 0,
  );
  const orders = [...suspects].flatMap(([wish, orders]) =>
    firstWithRoom(orders, left.filter(({ suspected }) => suspected.includes(wish)).length),
  );
  return {
    numbers: left.map(({ number }) => number).sort(),
    orders: orders.sort((a, b) => a - b),
    others: found
      .filter(({ suspected }, index) => takers[index] === null && suspected.length === 0)
      .map(({ number }) => number)
      .sort(),
  };
}

function firstWithRoom(orders: Suspect[], numbers: number): number[] {
  let room = 0;
  const picked = orders.filter(({ quantity }) => {
    const isNeeded = room < numbers;
    room += quantity;
    return isNeeded;
  });
  return picked.map(({ order }) => order);
}
