/**
 * The judge: the vendor's books against the ledger, order by order. Pure, so that it can be shown
 * breaches of every kind; one that notices nothing looks just like one that finds nothing.
 */
import type { AuditResult, PlanDocument } from '../../src/ledger/index.ts';
import type { BookedRequest } from '../../src/sandbox/index.ts';
import { booksKey } from './schedule.ts';

export type AttemptFact = {
  outcome: string | null;
  claimedAt: Date;
};

export type OrderFact = {
  id: number;
  search: string;
  quantity: number;
  state: string;
  /** The vendor said that it had sold it a number that is another order's. */
  isDisputed: boolean;
  /** Recorded for it, ten digits each. */
  numbers: string[];
  attempts: AttemptFact[];
};

export type Facts = {
  orders: OrderFact[];
  plans: PlanDocument[];
  audit: AuditResult[];
  /** In the order of arrival. */
  requests: Pick<BookedRequest, 'search' | 'quantity' | 'sold' | 'at'>[];
};

export type Breach = { kind: BreachKind; order: number | null; detail: string };

export type BreachKind =
  | 'bought twice'
  | 'lost'
  | 'never bought'
  | 'sent again'
  | 'sent unawares'
  | 'sent too late'
  | 'left open'
  | 'does not add up'
  | 'audit'
  /** Something the drill itself came upon: a worker that crashed, an end that did not come. */
  | 'out of order';

/**
 * From a claim to the arrival of its request, at most: a worker that was silent for so long is taken
 * for dead, and a person may settle its orders. Workers give themselves 15 s.
 */
const SENT_WITHIN_MS = 20_000;

export function judge({ orders, plans, audit, requests }: Facts): Breach[] {
  const owner = new Map(orders.flatMap(({ id, numbers }) => numbers.map((n) => [n, id] as const)));
  const requestsFor = Map.groupBy(requests, booksKey);
  const first = firstSales(requests);
  const breaches = orders.flatMap((order) => {
    const own = requestsFor.get(booksKey(order)) ?? [];
    return [
      ...judgeSales(order, own, first),
      ...judgeOrder(order, own, (number) => owner.has(number)),
    ].map(([kind, detail]): Breach => ({ kind, order: order.id, detail }));
  });
  const asked = new Set(orders.map(booksKey));
  for (const key of requestsFor.keys()) {
    if (asked.has(key)) continue;
    const detail = `the vendor was asked for ${key}, and no order asks for that`;
    breaches.push({ kind: 'sent unawares', order: null, detail });
  }
  return [...breaches, ...judgePlans(plans), ...judgeAudit(audit)];
}

type Request = Facts['requests'][number];

/** By number: the request that was sold it first. */
function firstSales(requests: Request[]): Map<string, Request> {
  const first = new Map<string, Request>();
  for (const request of requests) {
    for (const number of request.sold) if (!first.has(number)) first.set(number, request);
  }
  return first;
}

/**
 * At most one sale, and nothing sent after it. One of nothing but numbers that the vendor had sold
 * before counts only when its answer arrived: else it leaves no trace anywhere but in the books.
 */
function judgeSales(
  { isDisputed }: OrderFact,
  requests: Request[],
  first: Map<string, Request>,
): [BreachKind, string][] {
  const isSale = (request: Request) =>
    request.sold.some((number) => isDisputed || first.get(number) === request);
  const sales = requests.filter(isSale);
  if (sales.length > 1) {
    const each = sales.map(({ sold }) => sold.length).join(' and ');
    return [['bought twice', `${sales.length} sales, of ${each} numbers`]];
  }
  const after = sales[0] ? requests.length - 1 - requests.indexOf(sales[0]) : 0;
  if (after === 0) return [];
  return [['sent again', `${after} requests arrived after one that was sold something`]];
}

function judgeOrder(
  { state, numbers, attempts }: OrderFact,
  requests: Request[],
  isRecorded: (number: string) => boolean,
): [BreachKind, string][] {
  const breaches: [BreachKind, string][] = [];
  const sold = new Set(requests.flatMap((request) => request.sold));
  // A number that the vendor sold twice is one other order's: it is recorded, once.
  const lost = [...sold].filter((number) => !isRecorded(number));
  if (lost.length > 0 && state !== 'unknown') {
    breaches.push(['lost', `${state}, and nobody has ${lost.join(', ')}`]);
  }
  const made = numbers.filter((number) => !sold.has(number));
  if (made.length > 0) breaches.push(['never bought', `it has ${made.join(', ')}`]);

  const possible = attempts.filter(({ outcome }) => outcome !== 'not_sent').length;
  if (requests.length > possible) {
    const detail = `${requests.length} requests arrived, and ${possible} attempts may have been sent`;
    breaches.push(['sent unawares', detail]);
  }
  for (const { at } of requests) {
    const claims = attempts.map(({ claimedAt }) => claimedAt.getTime());
    // A clock that is read in another process may be a little ahead.
    const isInTime = claims.some((claim) => at > claim - 1_000 && at < claim + SENT_WITHIN_MS);
    if (!isInTime)
      breaches.push(['sent too late', `a request arrived ${new Date(at).toISOString()}`]);
  }
  if (state === 'waiting' || state === 'sending') breaches.push(['left open', state]);
  return breaches;
}

/** Law 4, as the program itself shows it. */
function judgePlans(plans: PlanDocument[]): Breach[] {
  return plans.flatMap((plan) => {
    const { requested, bought, short, refused, undelivered, unknown, cancelled, pending } = plan;
    const sum = bought + short + refused + undelivered + unknown + cancelled + pending;
    if (sum === requested) return [];
    const detail = `plan ${plan.id}: ${requested} requested, ${sum} accounted for`;
    return { kind: 'does not add up' as const, order: null, detail };
  });
}

function judgeAudit(audit: AuditResult[]): Breach[] {
  return audit.flatMap(({ law, breaches }) =>
    breaches.map(
      ({ order, plan, detail }): Breach => ({
        kind: 'audit',
        order,
        detail: `${law}: ${order === null ? `plan ${plan}: ` : ''}${detail}`,
      }),
    ),
  );
}
