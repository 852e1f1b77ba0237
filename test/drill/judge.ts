/**
 * The judge: the vendor's books against the ledger, order by order. Pure, so that it can be shown
 * breaches of every kind; one that notices nothing looks just like one that finds nothing.
 */
import type { AuditResult, PlanDocument } from '../../src/ledger/index.ts';
import type { BookedRequest } from '../../src/sandbox/index.ts';

export type AttemptFact = {
  outcome: string | null;
  claimedAt: Date;
};

export type OrderFact = {
  id: number;
  search: string;
  state: string;
  /** Recorded for it, ten digits each. */
  numbers: string[];
  attempts: AttemptFact[];
};

export type Facts = {
  orders: OrderFact[];
  plans: PlanDocument[];
  audit: AuditResult[];
  requests: Pick<BookedRequest, 'search' | 'sold' | 'at'>[];
};

export type Breach = { kind: BreachKind; order: number | null; detail: string };

export type BreachKind =
  | 'bought twice'
  | 'lost'
  | 'never bought'
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
  const requestsFor = Map.groupBy(requests, ({ search }) => search);
  const breaches = orders.flatMap((order) => {
    const own = requestsFor.get(order.search) ?? [];
    return judgeOrder(order, own, (number) => owner.has(number)).map(
      ([kind, detail]): Breach => ({ kind, order: order.id, detail }),
    );
  });
  const searches = new Set(orders.map(({ search }) => search));
  for (const search of requestsFor.keys()) {
    if (searches.has(search)) continue;
    const detail = `the vendor was asked for ${search}, and no order asks for that`;
    breaches.push({ kind: 'sent unawares', order: null, detail });
  }
  return [...breaches, ...judgePlans(plans), ...judgeAudit(audit)];
}

function judgeOrder(
  { state, numbers, attempts }: OrderFact,
  requests: Facts['requests'],
  isRecorded: (number: string) => boolean,
): [BreachKind, string][] {
  const breaches: [BreachKind, string][] = [];
  const sales = requests.filter(({ sold }) => sold.length > 0);
  if (sales.length > 1) {
    const each = sales.map(({ sold }) => sold.length).join(' and ');
    breaches.push(['bought twice', `${sales.length} sales, of ${each} numbers`]);
  }
  const sold = new Set(sales.flatMap((sale) => sale.sold));
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
