/** What the judge says of orders and of those that asked for what they lacked. */
import type { Breach, Facts, OrderFact, Request } from './judge.ts';

/**
 * A family buys no more than its first order asks for, and nothing of it arrives after one of its
 * later orders has. Orders that the list cannot tell apart may have been given each other's goods.
 */
export function judgeFamilies(
  { orders, isWhole }: Pick<Facts, 'orders' | 'isWhole'>,
  ownOf: (order: OrderFact) => Request[],
): Breach[] {
  const alike = Map.groupBy(orders, ({ kind }) => kind);
  return [...Map.groupBy(orders, ({ root }) => root).values()].flatMap((family) => {
    const [first, ...later] = family.toSorted((a, b) => a.id - b.id);
    if (!first || later.length === 0) return [];
    const isShared = (alike.get(first.kind)?.length ?? 0) > 1;
    const given = isShared ? [] : [...tooMany(first, family.flatMap(ownOf))];
    return isWhole ? [...given, ...tooEarly(family, ownOf)] : given;
  });
}

/** What the vendor sold beyond what a request asked for is its own doing. */
function tooMany({ id, quantity }: OrderFact, requests: Request[]): Breach[] {
  const sold = requests.reduce(
    (sum, request) => sum + Math.min(request.sold.length, request.quantity ?? 0),
    0,
  );
  if (sold <= quantity) return [];
  const detail = `${sold} sold to it and its successors, and it asks for ${quantity}`;
  return [{ kind: 'bought twice', order: id, detail }];
}

function tooEarly(family: OrderFact[], ownOf: (order: OrderFact) => Request[]): Breach[] {
  return family.flatMap((order) => {
    const later = family.filter(({ id }) => id > order.id).flatMap(ownOf);
    const firstLater = Math.min(...later.map(({ at }) => at));
    if (!ownOf(order).some(({ at }) => at > firstLater)) return [];
    const detail = 'it was sent after an order that asks for what it lacks';
    return [{ kind: 'asked too early' as const, order: order.id, detail }];
  });
}
