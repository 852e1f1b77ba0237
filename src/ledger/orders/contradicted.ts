/** What waits because an order is said to have bought less, held against the vendor's list. */
import { counted, firstOf } from '../../english.ts';
import { type Buyer, type LeftOver, leftOver, ordersNamed, whoHas } from '../../evidence/index.ts';
import { PLAN_ROOM } from '../../order-size.ts';
import { LINE_OF_ORDER, MAY_ASK_AGAIN, WANTED } from '../asked.ts';
import { columns } from '../columns.ts';
import type { Queries } from '../ledger.ts';
import { lastListing } from '../listings/listings.ts';
import { isOfPlan } from '../order-id.ts';
import { ASKED_ELSEWHERE } from '../plans/asked-elsewhere.ts';
import { lockAkin } from '../plans/lock.ts';
import { doubtOrders, type SomeAttempt } from './doubt.ts';
import { isOrderDoubtful } from './surplus.ts';
import { takeBackUnasked } from './take-back.ts';
import { lookAtUnexplained } from './unexplained.ts';

type Said = Buyer & {
  attempts: number;
  /** It bought some, and what it lacks is asked for elsewhere. */
  isShort: boolean;
  /** Only the vendor said that it has none. That may be the answer to another order. */
  isTold: boolean;
};

type Contradicted = LeftOver & Said;

/**
 * SQL: the short orders of families `which`, a query of each one's `root` and its order `newest`,
 * before that order. One after the other: else the database could read all orders for each.
 */
const shortBefore = (which: string) => `
  select o.id from (${which} offset 0) f, lateral (
    select f.root as id union all select id from ledger.orders where root = f.root offset 0) m,
  lateral (
    select id from ledger.orders where id = m.id and id < f.newest and state = 'short' offset 0) o`;

/** SQL: families of account `$1` with a successor that waits, or may have another one. */
const FOLLOWED = `
  select m.root, max(m.id) as newest from (
    select root, id, plan_id from ledger.orders where root is not null and state = 'waiting'
    union all
    select root, id, plan_id from ledger.orders
    where root is not null and state = 'short' and follow is not null) m
    join ledger.plans p on p.id = m.plan_id
  where p.account_id = $1 and p.state <> 'cancelled'
  group by m.root`;

/**
 * SQL: orders for whose sake something waits: themselves, a successor or a remainder's plan. Each
 * part begins with the few that wait, since all that have ended grow without end.
 */
const AWAITED = `
  select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
  where o.state = 'waiting' and o.attempts > 0 and p.account_id = $1 and p.ended_at is null
  union
  select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
  where ${MAY_ASK_AGAIN} and p.account_id = $1
    and p.state <> 'cancelled'
  union
  ${shortBefore(FOLLOWED)}
  union
  select o.id from (${ASKED_ELSEWHERE} offset 0) e, lateral (
    select id from ledger.orders
    where state in ('short', 'refused', 'undelivered', 'cancelled') and attempts > 0
      and ${isOfPlan('id', 'e.id')} offset 0) o`;

/** SQL: the orders `$1`, and those of their families that they ask instead of. */
const ASKED_FOR = `
  select unnest($1::bigint[]) as id
  union
  ${shortBefore(`
    select root, max(id) as newest from ledger.orders
    where id = any($1) and root is not null group by root`)}`;

const IS_WORD = `(t.outcome in ('nothing', 'refused')
  or t.outcome = 'short' and t.settled_at is not null)`;

/**
 * SQL: the orders `which` that only somebody's word says bought nothing, or no more, each with the
 * list before its first such attempt. The word may be a settlement by a list that lagged, or a
 * refusal that proves nothing; then a person may have had what is lacking bought again. Once the
 * vendor has mixed up answers, also those that it told that it has none.
 */
const onWord = (which: string) => `
  select o.id as "order", o.attempts, o.quantity - o.bought as lacking, o.state = 'short'
      as "isShort", ${WANTED}, said.*, '{}'::text[] as named
  from (${which}) which,
    lateral (select * from ledger.orders where id = which.id offset 0) o, ${LINE_OF_ORDER},
    lateral (select min(coalesce(t.baseline, 0)) as baseline, not bool_or(${IS_WORD}) as "isTold"
      from ledger.attempts t where t.order_id = o.id and (${IS_WORD}
        or t.outcome = 'short' and o.bought = 0 and exists (select from ledger.unasked))) said
  where said.baseline is not null
    -- Nothing is asked for in its place.
    and not (o.state = 'short' and ${isOrderDoubtful('o')})
  order by o.id`;

type Question = {
  orders?: number[];
  /** A person can answer, so numbers that were denied of an order count, too. */
  isAsked?: boolean;
  /** As if this order were settled with these numbers. */
  settled?: { order: number; numbers: string[] };
};

/**
 * Which orders may have bought numbers that the account owns and that nothing else explains: no
 * order, verdict or unknown order. Of `orders`, or of all for whose sake something waits.
 */
async function contradicted(
  tx: Queries,
  accountId: number,
  { orders, isAsked = false, settled }: Question = {},
): Promise<Contradicted[]> {
  const said = orders
    ? await tx.query<Said>(onWord(ASKED_FOR), [orders])
    : await tx.query<Said>(onWord(AWAITED), [accountId]);
  if (said.length === 0) return [];
  const since = Math.min(...said.map(({ baseline }) => baseline));
  const looking = { since, without: settled?.order, others: said };
  const { numbers, buyers } = await lookAtUnexplained(tx, accountId, looking);
  if (numbers.length === 0) return [];
  const isOpen =
    ({ order, isTold }: Said) =>
    ({ number, holder, deniedOf }: (typeof numbers)[number]) =>
      !settled?.numbers.includes(number) &&
      (isAsked || !deniedOf.includes(order)) &&
      (!isTold || holder !== null);
  return said
    .map((one) => ({ ...one, ...leftOver(one, numbers.filter(isOpen(one)), buyers) }))
    .filter(({ left }) => left.length > 0);
}

const ON_LIST =
  "The vendor's list has numbers that this order may have bought, and that no order has, or one " +
  'that did not ask for them. It was recorded as having bought nothing, or no more, and what it ' +
  'lacks was about to be asked for again';

/**
 * Makes orders unknown again that were settled or refused, and for whose sake something waits, when
 * the list has numbers that they may have bought after all. An unknown order holds up its line, and
 * stops the plans of its remainder. The next verdicts say more of it.
 */
export async function suspectContradicted(tx: Queries, ...accounts: number[]): Promise<void> {
  let isFound = false;
  for (const id of accounts) isFound ||= (await contradicted(tx, id)).length > 0;
  if (!isFound) return;
  await lockCompared(tx, accounts);
  for (const id of accounts) await doubtContradicted(tx, id);
}

/**
 * Locks these plans, and all whose orders `suspectContradicted` may change, in one sequence: two
 * who lock some now and others later could deadlock. Call it before orders or an account change.
 */
export async function lockCompared(
  tx: Queries,
  accounts: number[],
  ...plans: number[]
): Promise<void> {
  const compared = [...plans];
  for (const id of accounts) {
    const select = `select distinct id / ${PLAN_ROOM} as plan from (${AWAITED}) awaited`;
    const rows = await tx.query<{ plan: number }>(select, [id]);
    compared.push(...rows.map(({ plan }) => plan));
  }
  await lockAkin(tx, ...compared);
}

async function doubtContradicted(tx: Queries, accountId: number): Promise<void> {
  const lost: SomeAttempt[] = [];
  // Looked for again: a settlement may have been taken back while this waited.
  for (const { order, attempts, isShort } of await contradicted(tx, accountId)) {
    if (isShort && (await takeBackUnasked(tx, order, ON_LIST))) continue;
    lost.push({ orderId: order, attempt: isShort ? attempts + 1 : null });
  }
  await doubtOrders(tx, { accountId, lost, deadlineMs: 0, what: ON_LIST, isKnown: true });
}

/** What speaks against sending these orders again, as sentences. */
export async function objectionsToRetry(
  tx: Queries,
  accountId: number,
  orders: number[],
): Promise<string[]> {
  return maySold(await contradicted(tx, accountId, { orders, isAsked: true }));
}

/** Whether a person overruled before all that speaks against that. */
export async function areOverruled(
  tx: Queries,
  accountId: number,
  orders: number[],
): Promise<boolean> {
  return (await contradicted(tx, accountId, { orders })).length === 0;
}

/**
 * What speaks against asking again for what an order lacks that is settled with these numbers:
 * those before it in its family may have bought what it did not.
 */
export async function objectionsToLack(
  tx: Queries,
  accountId: number,
  settled: { order: number; numbers: string[] },
): Promise<string[]> {
  const found = await contradicted(tx, accountId, { orders: [settled.order], settled });
  return maySold(found.filter(({ order }) => order !== settled.order));
}

function maySold(found: Contradicted[]): string[] {
  if (found.length === 0) return [];
  const numbers = [...new Set(found.flatMap(({ candidates }) => candidates))].sort();
  const holders = [...new Set(found.flatMap((each) => each.holders))];
  return [
    `The account owns ${counted(numbers.length, 'number')} that ${whoHas(holders)} and that the ` +
      `vendor may have sold to ${ordersNamed(found.map(({ order }) => order))}: ` +
      `${firstOf(numbers, 5)}.`,
  ];
}

/**
 * Call it when a person overruled what speaks against sending these orders again. They do not
 * become unknown for the same numbers a second time, until those leave the list and come back.
 */
export async function denyContradicting(
  tx: Queries,
  accountId: number,
  orders: number[],
): Promise<void> {
  const found = await contradicted(tx, accountId, { orders });
  const denied = found.flatMap(({ order, candidates }) =>
    candidates.map((number) => ({ order, number })),
  );
  if (denied.length === 0) return;
  await tx.query(
    `update ledger.owned w set denied_listing = ${lastListing('w')},
       denied_orders = d.orders
         || case when w.denied_listing >= ${lastListing('w')} then w.denied_orders end
     from (select number, array_agg("order") as orders
           from unnest($2::bigint[], $3::bigint[]) d(number, "order") group by number) d
     where w.account_id = $1 and w.number = d.number`,
    [accountId, ...columns(denied, 'number', 'order')],
  );
}
