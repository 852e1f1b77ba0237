import type { Suspect } from '../../evidence/index.ts';
import { PLAN_ROOM } from '../../order-size.ts';
import { WANTED } from '../asked.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine } from '../order-id.ts';
import { isNumberTollFree } from '../phone-numbers.ts';
import { ladderOf } from '../successors/ladders.ts';
import { isStray, lastListing, selectListingBefore } from './listings.ts';

export type Which = 'all' | 'new' | 'uncleared';

/** SQL: whether an order of line `l` could have bought some of what was found. */
const couldBuy = (l: string) => `case ${l}.type when 'tollfree' then has_free
  when 'true800' then has_800 else case
    when coalesce(${l}.distance, 0) > 0 or coalesce(${l}.allow_overlay, false) then has_local
    else ${l}.area_code = any($3::text[]) end end`;

const asked = (l: string) => `jsonb_build_object('type', ${l}.type, 'areaCode', ${l}.area_code,
  'distance', ${l}.distance, 'allowOverlay', ${l}.allow_overlay)`;

const FOUND = `select count(*) as count, bool_or(is_free) as has_free,
    bool_or(not is_free) as has_local, bool_or(number like '800%') as has_800
  from (select number, ${isNumberTollFree('number')} as is_free
    from unnest($2::text[]) w(number)) w`;

/** SQL: the steps of each ladder by which a successor could have bought some of them. */
const LADDERS = `select ladder.plan_id, ladder.type, ladder.area_code, ladder.fallback,
    jsonb_object_agg(n.no, ${asked('s')}) as steps
  from ledger.ladders ladder join ledger.plans p on p.id = ladder.plan_id, found,
    jsonb_array_elements(ladder.steps) with ordinality n(step, no), lateral (
      select n.step ->> 'type' as type, n.step ->> 'areaCode' as area_code,
        null::int as distance, null::boolean as allow_overlay) s
  where p.account_id = $1 and p.ended_at is null and ${couldBuy('s')}
  group by 1, 2, 3, 4`;

/** SQL: the lines whose orders, or their successors, could have bought some. */
const FITTING = `select l.*, later.asked as later
  from ledger.lines l join ledger.plans p on p.id = l.plan_id
    join ledger.lines first on first.plan_id = l.plan_id and first.line = ${askedLine('l')}
    left join ladders ladder on ${ladderOf('first')}, found, lateral (
      select coalesce(jsonb_agg(w.asked order by w.no), '[]') as asked from (
        select s.no::int, s.asked from jsonb_each(ladder.steps) s(no, asked)
        where s.no::int > coalesce(l.step, 0) or first.keep_trying is not null
        union all
        select 0, ${asked('first')}
        where first.keep_trying is not null and ${couldBuy('first')}) w) later
  where p.account_id = $1 and p.ended_at is null
    and (p.priority_base is null or l.asked_line is not null or $4 <> 'new')
    and (${couldBuy('l')} or later.asked <> '[]')`;

/** SQL: their waiting orders, each with the sum of those before it that ask for the same. */
const WITH_BEFORE = `select o.id as "order", o.quantity, l.plan_id as plan, ${WANTED}, l.later,
    sum(o.quantity) over (partition by l.plan_id, l.type, l.area_code, l.distance,
        l.allow_overlay, l.fill_quantity, l.cleansed_only, l.sms_supported, l.order_slot, l.later
      order by o.id rows between unbounded preceding and 1 preceding) as before
  from fitting l join ledger.orders o on o.plan_id = l.plan_id and o.line = l.line
  where o.state = 'waiting'
    and (o.root is null or not o.queued and o.attempts = 0 or $4 <> 'new')
    and ($4 <> 'uncleared' or not exists (select from ledger.attempts t
      where t.order_id = o.id and t.worker = 'lost' and t.settled_at is not null))`;

/**
 * Waiting orders of the account that could have bought some of these numbers (ten digits each), or
 * whose successors could, by id. Of a plan's orders that ask for the same, only the first ones,
 * with room for all the numbers, however large the plan. `new`: only of plans whose first order is
 * not in the queue yet, and successors that were neither queued nor sent: each is suspected once.
 * `uncleared`: without those that were in doubt already, and settled.
 */
export function waitingThatFit(
  tx: Queries,
  accountId: number,
  numbers: string[],
  which: Which = 'all',
): Promise<Suspect[]> {
  const starts = new Set(numbers.flatMap((number) => [number.slice(0, 3), number.slice(0, 6)]));
  return tx.query<Suspect>(
    `with found as (${FOUND}), ladders as (${LADDERS}), fitting as (${FITTING}),
       with_before as (${WITH_BEFORE})
     select "order", quantity, plan, type, "areaCode", distance, "allowOverlay", "fillQuantity",
       "cleansedOnly", "smsSupported", "orderSlot", later
     from with_before, found where coalesce(before, 0) < found.count order by "order"`,
    [accountId, numbers, [...starts], which],
  );
}

/** Marks numbers that a lost order may have bought. `after` is the list before them. */
export async function noteLost(
  tx: Queries,
  accountId: number,
  numbers: string[],
  after: number,
): Promise<void> {
  await tx.query(
    `update ledger.owned set lost_after = $3
     where account_id = $1 and number = any($2::bigint[]) and lost_after is null`,
    [accountId, numbers, after],
  );
}

/**
 * Marks numbers that lost successors of plans under way may have bought: new since the database
 * came up, without an order, and listed before any order in flight was claimed. A lost successor
 * may not be made again with the same quantity, or at all: then its numbers have no order.
 */
export async function noteStrays(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.owned w set lost_after = since.id
     from (${selectListingBefore('$1')}) since
     where w.account_id = $1 and w.lost_after is null and w.gone_listing is null
       and ${lastListing('w')} > since.id
       and exists (select from ledger.lost_successors l
         join ledger.plans p on p.id = l.order_id / ${PLAN_ROOM}
         where p.account_id = $1 and p.ended_at is null)
       and ${isStray('w')}
       and not exists (select from ledger.orders o
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         where o.state = 'sending'
           and coalesce(t.baseline, 0) < ${lastListing('w')})`,
    [accountId],
  );
}
