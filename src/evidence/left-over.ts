import { type AskedNumbers, fits } from './fits.ts';
import { fill, lackingOf } from './share.ts';

/** An unknown order, and what tells which numbers it may have bought. */
export type Buyer = AskedNumbers & {
  order: number;
  /** How many of its numbers are missing. */
  lacking: number;
  /** The newest list before it was sent; 0: there was none. */
  baseline: number;
  /** Numbers that its unclear answer names. */
  named: string[];
};

export type LeftOver = {
  /** Numbers that the order may have bought. */
  candidates: string[];
  /** Those of them that nobody can have bought if it did not. */
  left: string[];
};

/**
 * What no order explains when one of the unknown orders bought none of these numbers. Pure.
 * `listing` is the list to which a number came last. `unknown` may have the order itself.
 *
 * The others explain no more than they lack, and first the numbers that the order cannot have
 * bought. So of several orders that are said to have bought nothing, one after the other, the first
 * is refused for which the rest have no room.
 */
export function leftOver(
  order: Buyer,
  numbers: { number: string; listing: number }[],
  unknown: Buyer[],
): LeftOver {
  const others = unknown.filter((each) => each.order !== order.order);
  const named = new Set([order, ...others].flatMap((each) => each.named));
  const mayHave = (buyer: Buyer, { number, listing }: (typeof numbers)[number]) =>
    named.has(number)
      ? buyer.named.includes(number)
      : listing > buyer.baseline && fits(buyer, number);
  const candidates = numbers.filter((each) => mayHave(order, each));
  if (candidates.length === 0) return { candidates: [], left: [] };
  const isCandidate = new Set(candidates);
  const alike = [...Map.groupBy(others, likeness).values()];
  const inTurn = [...numbers.filter((each) => !isCandidate.has(each)), ...candidates];
  const takers = fill(
    inTurn.map((each) => alike.filter(([first]) => mayHave(first!, each))),
    new Map(alike.map((all) => [all, lackingOf(all)])),
  );
  const left = new Set(inTurn.filter((_, at) => takers[at] === null));
  return {
    candidates: candidates.map(({ number }) => number),
    left: candidates.filter((each) => left.has(each)).map(({ number }) => number),
  };
}

/** The same text for orders that may have bought the same numbers. */
function likeness({ type, areaCode, distance, allowOverlay, baseline, named }: Buyer): string {
  return JSON.stringify([type, areaCode, distance, allowOverlay, baseline, named]);
}
