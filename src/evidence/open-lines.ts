import { type AskedNumbers, fits } from './fits.ts';

/** An order that the list leaves undecided. Its verdict names the numbers. */
export type OpenOrder = AskedNumbers & {
  order: number;
  plan: number;
  line: number;
  account: number;
  numbers: string[];
  /** Numbers that were on the list before the order was sent. */
  earlier: string[];
};

/** Another unknown order of an account. */
export type Asker = AskedNumbers & { account: number };

/** What the list leaves undecided about a line. */
export type OpenLine<Order extends OpenOrder> = {
  plan: number;
  line: number;
  /** Numbers that fit orders of the line, and all `orders` that could have bought them. */
  candidates: { number: string; orders: number[] }[];
  /** Other numbers that are new since. No unknown order asked for them. */
  others: string[];
  /** The line's orders, and orders of other lines that could have bought a candidate. By id. */
  orders: Order[];
};

/**
 * What is open, line by line: the candidates, and the orders that could have bought them. Pure.
 * `askers`: the other unknown orders, on which no verdict is open.
 */
export function openByLine<Order extends OpenOrder>(
  open: Order[],
  askers: Asker[],
): OpenLine<Order>[] {
  const takers = new Map<string, Order[]>();
  for (const order of open) {
    for (const number of candidatesOf(order)) {
      takers.set(number, takers.get(number) ?? []);
      takers.get(number)?.push(order);
    }
  }
  const lines = Map.groupBy(open, ({ plan, line }) => `${plan} ${line}`);
  return [...lines.values()].map((own) => {
    const [{ account, plan, line }] = own as [Order];
    const isOwn = new Set(own);
    const numbers = [...new Set(own.flatMap((order) => order.numbers))].sort();
    const candidates = numbers
      .map((number) => ({ number, takers: takers.get(number) ?? [] }))
      .filter((each) => each.takers.some((order) => isOwn.has(order)));
    const isAsked = (number: string) =>
      [...open, ...askers].some((asker) => asker.account === account && fits(asker, number));
    const orders = new Set([...own, ...candidates.flatMap((each) => each.takers)]);
    return {
      ...{ plan, line },
      candidates: candidates.map((each) => ({
        number: each.number,
        orders: each.takers.map(({ order }) => order),
      })),
      others: numbers.filter((number) => !isAsked(number)),
      orders: [...orders].sort((a, b) => a.order - b.order),
    };
  });
}

function candidatesOf(order: OpenOrder): string[] {
  const earlier = new Set(order.earlier);
  return order.numbers.filter((number) => fits(order, number) && !earlier.has(number));
}
