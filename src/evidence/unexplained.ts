import { fits, type Wish, wishOf } from './fits.ts';
import { fill } from './share.ts';

/** A waiting order that could have been sent, if the ledger has lost the attempt. */
export type Suspect = Wish & { order: number; quantity: number };

export type Unexplained = {
  /** Numbers that no unknown order explains, and that a waiting order could have bought. */
  numbers: string[];
  /** The waiting orders that may have bought them, by rising id. */
  orders: number[];
  /** Numbers that no order explains, waiting or unknown. */
  others: string[];
};

/**
 * What a ledger that went back may have lost. Pure. `strays` are numbers of the vendor's list that
 * no order and no earlier list has. `inDoubt` are unknown orders. `waiting` are by rising id. Call
 * this while no order is being sent: one may still buy.
 *
 * An unknown order explains as many numbers as it lacks, but no number that a waiting order with
 * another wish could have bought. Of waiting orders with the same wish, the first ones with room
 * for the rest are suspected: whichever of them bought, their line gets no more than it asks for.
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
  // First the numbers that no waiting order explains: an unknown order must.
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
