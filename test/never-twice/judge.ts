import { auditLedger, findPlan, type Ledger, listPlans } from '../../src/ledger/index.ts';
import type { Books, FaultName } from '../../src/sandbox/index.ts';

/** What a drill came to, when no law was broken in it. Counts of orders, unless said otherwise. */
export type Verdict = {
  orders: number;
  /** State -> how many orders; a state in which none is, is missing. */
  states: Record<string, number>;
  attempts: number;
  requests: number;
  /** Numbers, as the vendor's books have them. */
  sold: number;
  /** Numbers, as the ledger has them. */
  recorded: number;
};

type Order = {
  id: number;
  state: string;
  attempts: number;
  search: string;
  numbers: string[];
};

/** How the vendor treats an order from which it provably bought nothing: it may be sent again. */
const INNOCENT: FaultName[] = ['throttle', 'bad_keys'];

/**
 * The judge of all drills: the vendor's books against the ledger, order by order. It throws, with
 * every breach, when an order was sold twice, a sale is neither recorded nor unknown, a number is
 * recorded that was not sold, a plan does not add up, or the audit finds anything.
 *
 * The vendor knows no order ids, so each order of a drill must have a search of its own.
 */
export async function judge(ledger: Ledger, books: Books): Promise<Verdict> {
  const orders = await readOrders(ledger);
  const breaches = [
    ...judgeOrders(orders, books),
    ...(await judgePlans(ledger)),
    ...(await auditLedger(ledger)).flatMap(({ law, breaches }) =>
      breaches.map(({ order, plan, detail }) => `audit, ${law}: ${order ?? plan}: ${detail}`),
    ),
  ];
  if (breaches.length > 0) {
    throw new Error(`${breaches.length} breaches:\n  - ${breaches.join('\n  - ')}`);
  }
  const states: Record<string, number> = {};
  for (const { state } of orders) states[state] = (states[state] ?? 0) + 1;
  const sum = (count: (order: Order) => number) => orders.reduce((n, order) => n + count(order), 0);
  return {
    orders: orders.length,
    states,
    attempts: sum(({ attempts }) => attempts),
    requests: books.requests.length,
    sold: books.sold,
    recorded: sum(({ numbers }) => numbers.length),
  };
}

function judgeOrders(orders: Order[], { requests }: Books): string[] {
  const breaches: string[] = [];
  const requestsFor = Map.groupBy(requests, ({ search }) => search);
  for (const [search, those] of Map.groupBy(orders, (order) => order.search)) {
    if (those.length > 1) breaches.push(`${search} is the search of ${those.length} orders`);
  }
  for (const { id, state, attempts, search, numbers } of orders) {
    const sent = requestsFor.get(search) ?? [];
    requestsFor.delete(search);
    const say = (what: string) => breaches.push(`order ${id} (${search}, ${state}) ${what}`);
    const sales = sent.filter(({ sold }) => sold.length > 0);
    if (sales.length > 1) say(`was bought ${sales.length} times`);
    if (sent.filter(({ fault }) => !INNOCENT.includes(fault)).length > 1) {
      say(`was sent ${sent.length} times, without proof that nothing was bought`);
    }
    if (sent.length > attempts) say(`was sent ${sent.length} times in ${attempts} attempts`);
    const sold = new Set(sales.flatMap((sale) => sale.sold));
    const lost = [...sold].filter((number) => !numbers.includes(number));
    if (lost.length > 0 && state !== 'unknown') say(`has lost ${lost.join(', ')}`);
    const made = numbers.filter((number) => !sold.has(number));
    if (made.length > 0) say(`has ${made.join(', ')}, which it was not sold`);
  }
  for (const search of requestsFor.keys()) breaches.push(`${search} was sent for no order`);
  return breaches;
}

/** It adds up, as the program itself shows it. */
async function judgePlans(ledger: Ledger): Promise<string[]> {
  const breaches: string[] = [];
  for (const { id } of await listPlans(ledger)) {
    const { requested, ...plan } = await findPlan(ledger, id);
    const sum =
      plan.bought +
      plan.short +
      plan.refused +
      plan.undelivered +
      plan.unknown +
      plan.cancelled +
      plan.pending;
    if (sum !== requested)
      breaches.push(`plan ${id}: ${requested} requested, ${sum} accounted for`);
  }
  return breaches;
}

function readOrders(ledger: Ledger): Promise<Order[]> {
  return ledger.query<Order>(
    `select o.id, o.state, o.attempts, coalesce(l.area_code, l.type) as search,
       coalesce((select json_agg(n.number::text) from ledger.numbers n where n.order_id = o.id),
         '[]'::json) as numbers
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     order by o.id`,
  );
}
