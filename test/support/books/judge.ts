/**
 * The judge: the vendor's books against the ledger, order by order. Pure, so that it can be shown
 * breaches of every kind; one that notices nothing looks just like one that finds nothing.
 */
import type { AuditResult, PlanDocument } from '../../../src/ledger/index.ts';
import type { BookedRequest, FaultName } from '../../../src/sandbox/index.ts';
import { sumOfParts } from '../parts.ts';
import { booksKey, isRung } from './books-key.ts';
import { judgeFamilies } from './families.ts';

export type AttemptFact = {
  outcome: string | null;
  claimedAt: Date;
  /** For the evidence. */
  worker?: string;
  what?: string | null;
};

export type OrderFact = {
  id: number;
  /** The first order of its family, which may be itself. */
  root: number;
  search: string;
  quantity: number;
  /**
   * The same for orders of one plan that ask for the same: any of them may be given what one
   * bought.
   */
  kind: string;
  /** The vendor's list has settled it. */
  isJudged: boolean;
  state: string;
  /** Numbers that the vendor named for it, and that it could not have. */
  disputed: string[];
  /** Recorded for it, ten digits each. */
  numbers: string[];
  attempts: AttemptFact[];
  /** What happened to it, for the evidence. */
  events?: string[];
};

export type Facts = {
  orders: OrderFact[];
  plans: PlanDocument[];
  audit: AuditResult[];
  /** In the order of arrival. */
  requests: (Pick<BookedRequest, 'search' | 'quantity' | 'sold' | 'at'> & { fault?: FaultName })[];
  /** The ledger has never gone back: it knows of every attempt. */
  isWhole: boolean;
  /** No clock was set, so that the ledger's times are the vendor's. */
  isTimed: boolean;
  /**
   * Only the vendor's answers say what was bought: nobody else has said that an order bought
   * nothing, or gave it what another one was sold. And each order asks for something else.
   */
  isByAnswers: boolean;
};

export type Breach = { kind: BreachKind; order: number | null; detail: string };

export type BreachKind =
  | 'bought twice'
  | 'lost'
  | 'never bought'
  | 'sent again'
  | 'sent unawares'
  | 'sent too late'
  | 'asked too early'
  | 'left open'
  | 'does not add up'
  | 'audit'
  /** Something the drill itself came upon: a worker that crashed, an end that did not come. */
  | 'out of order';

/**
 * From a claim to the arrival of its request, at most: then its deadline is near, after which a
 * person may settle it. Workers give themselves 15 s; the rest is for a machine with too much to
 * do.
 */
const SENT_WITHIN_MS = 30_000;

export function judge(facts: Facts): Breach[] {
  const { orders, plans, audit, requests } = facts;
  const recorded = new Set(orders.flatMap(({ numbers, disputed }) => [...numbers, ...disputed]));
  const requestsFor = Map.groupBy(requests, booksKey);
  const ownOf = (order: OrderFact) => requestsFor.get(booksKey(order)) ?? [];
  const first = firstSales(requests);
  const breaches = [...Map.groupBy(orders, ({ kind }) => kind).values()].flatMap((alike) => {
    const isShared = alike.length > 1 && (!facts.isWhole || alike.some((each) => each.isJudged));
    const all = alike.flatMap(ownOf);
    return alike.flatMap((order, index) => {
      const own = ownOf(order);
      const sales = isShared
        ? judgeSharedSales(index === 0 ? alike : [], all, first)
        : judgeSales(order, own, first);
      const given = isShared ? all : own;
      return [...sales, ...judgeOrder(order, { own, given, recorded }, facts)].map(
        ([kind, detail]): Breach => ({ kind, order: order.id, detail }),
      );
    });
  });
  const asked = new Set(orders.map(booksKey));
  for (const [key, [request]] of requestsFor) {
    // What a ledger that went back has lost, it may not have come to again.
    if (asked.has(key) || (!facts.isWhole && isRung(request?.search ?? ''))) continue;
    const detail = `the vendor was asked for ${key}, and no order asks for that`;
    breaches.push({ kind: 'sent unawares', order: null, detail });
  }
  if (facts.isByAnswers) breaches.push(...judgeByAnswers(orders, ownOf));
  const families = judgeFamilies(facts, ownOf);
  return [...breaches, ...families, ...judgePlans(plans), ...judgeAudit(audit, requests)];
}

export type Request = Facts['requests'][number];

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
  { disputed }: OrderFact,
  requests: Request[],
  first: Map<string, Request>,
): [BreachKind, string][] {
  const isSale = (request: Request) =>
    request.sold.some((number) => disputed.length > 0 || first.get(number) === request);
  const sales = requests.filter(isSale);
  if (sales.length > 1) {
    const each = sales.map(({ sold }) => sold.length).join(' and ');
    return [['bought twice', `${sales.length} sales, of ${each} numbers`]];
  }
  const after = sales[0] ? requests.length - 1 - requests.indexOf(sales[0]) : 0;
  if (after === 0) return [];
  return [['sent again', `${after} requests arrived after one that was sold something`]];
}

/**
 * Orders that ask for the same, of which the list has told what they bought together: which of them
 * bought it nobody can know, and their plan gets it either way. So they have no more sales between
 * them than there are orders, and no more numbers than they ask for.
 */
function judgeSharedSales(
  orders: OrderFact[],
  requests: Request[],
  first: Map<string, Request>,
): [BreachKind, string][] {
  if (orders.length === 0) return [];
  const sold = requests.map((request) => request.sold.filter((n) => first.get(n) === request));
  const sales = sold.filter((numbers) => numbers.length > 0).length;
  const numbers = sold.flat().length;
  const asked = orders.reduce((sum, { quantity }) => sum + quantity, 0);
  if (sales <= orders.length && numbers <= asked) return [];
  const detail =
    `${sales} sales of ${numbers} numbers, for ${orders.length} orders alike that ` +
    `ask for ${asked}`;
  return [['bought twice', detail]];
}

type Goods = {
  own: Request[];
  /** Those whose goods the order may have. */
  given: Request[];
  recorded: Set<string>;
};

function judgeOrder(
  { state, numbers, disputed, attempts }: OrderFact,
  { own, given, recorded }: Goods,
  { isWhole, isTimed, isByAnswers }: Facts,
): [BreachKind, string][] {
  const breaches: [BreachKind, string][] = [];
  // A number that the vendor sold twice is one other order's: it is recorded, once. But an answer
  // with such a number leaves its order unknown.
  const isKept = (number: string) =>
    isByAnswers ? numbers.includes(number) && !disputed.includes(number) : recorded.has(number);
  const lost = new Set(own.flatMap((request) => request.sold).filter((number) => !isKept(number)));
  if (lost.size > 0 && state !== 'unknown') {
    breaches.push(['lost', `${state}, and not recorded: ${[...lost].join(', ')}`]);
  }
  const sold = new Set(given.flatMap((request) => request.sold));
  const named = isByAnswers ? [...numbers, ...disputed] : numbers;
  const made = named.filter((number) => !sold.has(number));
  if (made.length > 0) breaches.push(['never bought', `it has ${made.join(', ')}`]);
  if (isWhole) breaches.push(...judgeAttempts(attempts, own, isTimed));
  if (state === 'waiting' || state === 'sending') breaches.push(['left open', state]);
  return breaches;
}

function judgeAttempts(
  attempts: AttemptFact[],
  requests: Request[],
  isTimed: boolean,
): [BreachKind, string][] {
  const possible = attempts.filter(({ outcome }) => outcome !== 'not_sent').length;
  const more = `${requests.length} requests arrived, and ${possible} attempts may have been sent`;
  const claims = attempts.map(({ claimedAt }) => claimedAt.getTime());
  // A clock that is read in another process may be a little ahead.
  const isInTime = ({ at }: Request) =>
    claims.some((claim) => at > claim - 1_000 && at < claim + SENT_WITHIN_MS);
  const late = requests.filter((request) => isTimed && !isInTime(request));
  return [
    ...(requests.length > possible ? [['sent unawares', more] as [BreachKind, string]] : []),
    ...late.map(({ at }): [BreachKind, string] => [
      'sent too late',
      `a request arrived ${new Date(at).toISOString()}`,
    ]),
  ];
}

/** An order that met one of these provably bought nothing: it may be sent again. */
const INNOCENT: FaultName[] = ['throttle', 'bad_keys'];

/** Each order by itself: the books can tell it from all others, and it is sent again upon proof. */
function judgeByAnswers(orders: OrderFact[], ownOf: (order: OrderFact) => Request[]): Breach[] {
  return [...Map.groupBy(orders, booksKey)].flatMap(([key, alike]) =>
    alike.flatMap((order) => {
      const { id } = order;
      const unproven = ownOf(order)
        .slice(0, -1)
        .filter(({ fault }) => !fault || !INNOCENT.includes(fault));
      const again = unproven.map(({ fault }): Breach => {
        return { kind: 'sent again', order: id, detail: `after ${fault}, which may have sold` };
      });
      if (alike.length === 1) return again;
      const detail = `${alike.length} orders ask for ${key}, so the books do not tell them apart`;
      return [...again, { kind: 'out of order', order: id, detail }];
    }),
  );
}

/** It adds up, as the program itself shows it. */
function judgePlans(plans: PlanDocument[]): Breach[] {
  return plans.flatMap((plan) => {
    const sum = sumOfParts(plan);
    if (sum === plan.requested) return [];
    const detail = `plan ${plan.id}: ${plan.requested} requested, ${sum} accounted for`;
    return { kind: 'does not add up' as const, order: null, detail };
  });
}

/** That the account owned a number before is no breach where the vendor did sell it twice. */
function judgeAudit(audit: AuditResult[], requests: Request[]): Breach[] {
  const sold = requests.flatMap((request) => request.sold);
  const isResold = (number: string) => sold.indexOf(number) !== sold.lastIndexOf(number);
  return audit.flatMap(({ law, breaches }) =>
    breaches
      .filter(({ detail }) => law !== 'bought_anew' || !isResold(/\d{10}/.exec(detail)?.[0] ?? ''))
      .map(
        ({ order, plan, detail }): Breach => ({
          kind: 'audit',
          order,
          detail: `${law}: ${order === null ? `plan ${plan}: ` : ''}${detail}`,
        }),
      ),
  );
}
