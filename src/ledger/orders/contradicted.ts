/** Orders that are to be sent again, held against what the vendor's list shows. */
import { counted, firstOf } from '../../english.ts';
import { type Buyer, type LeftOver, leftOver } from '../../evidence/index.ts';
import { lockAccountFor } from '../account-lock.ts';
import { ASKED } from '../asked.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { type KeptListing, keepListingAnd, type ListingBegun } from '../listings/listings.ts';
import type { ListingReader } from '../listings/vendor-account.ts';
import { doubtIn } from './doubt.ts';
import { lookAtUnexplained } from './unexplained.ts';

type Contradicted = LeftOver & { order: number };

/**
 * Orders that bought nothing only by somebody's word, and the list before the first such attempt. A
 * settlement may rest on a list that lagged. A refusal in words that prove nothing ends an order,
 * and a person sends it again.
 */
const ON_WORD = `
  select o.id as "order", o.quantity as lacking, ${ASKED}, said.baseline, '{}'::text[] as named
  from ledger.orders o
    join ledger.plans p on p.id = o.plan_id and p.account_id = $1
    join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line,
    lateral (select min(coalesce(t.baseline, 0)) as baseline from ledger.attempts t
      where t.order_id = o.id and t.outcome in ('nothing', 'refused')) said
  where said.baseline is not null
    and case when $2::bigint[] is null then o.state = 'waiting' and o.attempts > 0
      and p.ended_at is null else o.id = any($2) end
  order by o.id`;

/**
 * Those of them that may have bought numbers which the account owns, and which no order, verdict or
 * other unknown order explains: all that wait to be sent again, or `orders`. `isAsked`: a person
 * can answer, so numbers that were denied before count, too.
 */
async function contradicted(
  tx: Queries,
  accountId: number,
  { orders, isAsked = false }: { orders?: number[]; isAsked?: boolean } = {},
): Promise<Contradicted[]> {
  const said = await tx.query<Buyer & { order: number }>(ON_WORD, [accountId, orders ?? null]);
  if (said.length === 0) return [];
  const since = Math.min(...said.map(({ baseline }) => baseline));
  const { numbers, buyers } = await lookAtUnexplained(tx, accountId, since);
  const open = isAsked ? numbers : numbers.filter(({ isDenied }) => !isDenied);
  if (open.length === 0) return [];
  return said
    .map((one) => ({ order: one.order, ...leftOver(one, open, without(buyers, one.order)) }))
    .filter(({ left }) => left.length > 0);
}

const without = <One extends { order: number }>(all: One[], order: number) =>
  all.filter((each) => each.order !== order);

const ON_LIST =
  "The vendor's list has numbers that no order has and that this order may have bought. It was " +
  'to have bought nothing, and waited to be sent again';

/**
 * Makes waiting orders unknown again that were settled as nothing, or refused and tried again, when
 * the list has numbers that they may have bought after all. The next verdicts say more of them.
 */
export async function suspectContradicted(tx: Queries, accountId: number): Promise<void> {
  const found = await contradicted(tx, accountId);
  const lost = found.map(({ order }) => ({ orderId: order, attempt: null }));
  if (lost.length === 0) return;
  await doubtIn(tx, { accountId, lost, deadlineMs: 0, what: ON_LIST, isKnown: true });
}

/** As `keepListingAnd`, and compares the list with the orders that wait to be sent again. */
export function keepListing(
  ledger: Ledger,
  accountId: number,
  begun: ListingBegun,
  numbers: string[],
  reader: Omit<ListingReader, 'beganTick'>,
): Promise<KeptListing> {
  const compare = async (tx: Queries) => {
    // What is settled at the same time is compared with this list here or there.
    await lockAccountFor(tx, 'settling', accountId);
    await suspectContradicted(tx, accountId);
  };
  return keepListingAnd(compare, ledger, accountId, begun, numbers, reader);
}

/** What speaks against sending these orders again, as sentences. */
export async function objectionsToRetry(
  tx: Queries,
  accountId: number,
  orders: number[],
): Promise<string[]> {
  const found = await contradicted(tx, accountId, { orders, isAsked: true });
  if (found.length === 0) return [];
  const numbers = [...new Set(found.flatMap(({ candidates }) => candidates))].sort();
  const ids = found.map(({ order }) => String(order));
  return [
    `The account owns ${counted(numbers.length, 'number')} that no order has and that the ` +
      `vendor may have sold to ${ids.length === 1 ? 'order' : 'orders'} ${firstOf(ids, 5)}: ` +
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
  if (found.length === 0) return;
  await tx.query(
    `update ledger.owned set denied_listing = greatest(listing_id, back_listing)
     where account_id = $1 and number = any($2::bigint[])`,
    [accountId, found.flatMap(({ candidates }) => candidates)],
  );
}
