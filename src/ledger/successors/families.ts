import type { Step } from '../../fallback/index.ts';
import { columns } from '../columns.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfLine, isOfPlan, rootOf } from '../order-id.ts';
import { isOrderDoubtful, isUnrecorded } from '../orders/surplus.ts';
import { ladderOf } from './ladders.ts';
import type { Family } from './next-step.ts';

/**
 * Whether every order of the family of `o` has ended by proof. What a refused one lacks waits for a
 * person, and the rest of the family continues without it, or a cancelled one.
 */
const HAS_ENDED = `not exists (
  select from ledger.orders m
  where (m.id = ${rootOf('o')} or m.root = ${rootOf('o')})
    and m.state not in ('filled', 'short', 'refused', 'undelivered', 'cancelled'))`;

/** Whether an order for the same line of the file is unknown: what that one lacks is not proven. */
const HAS_UNKNOWN = `exists (
  select from ledger.orders u
    join ledger.lines ul on ul.plan_id = u.plan_id and ul.line = u.line
    join ledger.lines ol on ol.plan_id = o.plan_id and ol.line = o.line
  where u.state = 'unknown' and ${isOfPlan('u.id', 'o.plan_id')}
    and ${askedLine('ul')} = ${askedLine('ol')})`;

/** SQL: whether the lost successor `lost` is not made again yet, nor a later one of its family. */
const IS_STILL_LOST = `not exists (
  select from ledger.orders made where made.root = lost.root and made.id >= lost.order_id)`;

/**
 * Whether a rung of the line has a cap, and another family will make again a successor that was
 * sent and lost: what that one bought counts for the cap. A family that has lost one itself waits
 * for no other, so no two wait for each other.
 */
const MISSES_LOST = `exists (
  select from ledger.lines ol
    join ledger.lines l on l.plan_id = ol.plan_id and l.line = ${askedLine('ol')}
    join ledger.ladders ladder on ${ladderOf('l')} and ladder.steps @? '$[*].cap ? (@ != null)'
    join ledger.lost_successors lost on ${isOfLine('lost.root', 'l')}
  where ol.plan_id = o.plan_id and ol.line = o.line and ${IS_STILL_LOST}
    and lost.root <> ${rootOf('o')} and exists (
      select from ledger.orders m where (m.id = lost.root or m.root = lost.root)
        and (m.state in ('waiting', 'sending')
          or m.state = 'short' and m.follow and m.quantity > m.bought + m.moved)))
  and not exists (
    select from ledger.lost_successors lost where lost.root = ${rootOf('o')} and ${IS_STILL_LOST})`;

const MAY_GO_ON = `${HAS_ENDED} and not ${HAS_UNKNOWN} and not (${MISSES_LOST})`;

/** SQL: whether what order `o` lacks may be asked for elsewhere now. */
export const MAY_FOLLOW = `o.state = 'short' and o.follow and ${MAY_GO_ON}`;

/** SQL: whether order `o` lacks numbers and its line waits for its next try. */
export const IS_STANDING = `o.state = 'short' and not o.follow`;

/** SQL: whether plan `p` has an order `o` for which `which` holds. */
export const planHas = (which: string) => `exists (
  select from ledger.orders o
  where ${isOfPlan('o.id', 'p.id')} and ${which})`;

/** Families looked at in one sweep. */
const AT_ONCE = 500;

export type FoundFamily = Omit<Family, 'ordinal'> & {
  /** The id of its first order. */
  root: number;
  plan: number;
  line: number;
  steps: Step[];
  /** More may be bought: unrecorded numbers, a settlement against the evidence, a later attempt. */
  isDoubtful: boolean;
  /** The line keeps trying, and its time is not over. */
  keepsTrying: boolean;
};

/** States of plans whose orders may get successors: no person has stopped them. */
const GOING = `p.state in ('running', 'standing', 'finished')`;

/** The last order that the latest sweep of this process has looked at, by account. */
const lookedTo = new WeakMap<Ledger, Map<number, number>>();

/**
 * First orders whose families may continue, of at most 500 orders, by id. Some must wait until a
 * rung has room, so each call continues after the orders of the call before.
 */
export async function rootsToFollow(ledger: Ledger, accountId: number): Promise<number[]> {
  const after = lookedTo.get(ledger) ?? new Map<number, number>();
  lookedTo.set(ledger, after);
  const rows = await ledger.query<{ root: number; orders: number; last: number }>(
    `select root, count(*)::int as orders, max(id) as last from (
       select o.id, ${rootOf('o')} as root
       from ledger.orders o join ledger.plans p on p.id = o.plan_id
       where p.account_id = $1 and o.id > $2 and ${GOING} and ${MAY_FOLLOW}
       order by o.id limit ${AT_ONCE}) o
     group by root order by root`,
    [accountId, after.get(accountId) ?? 0],
  );
  const isFull = rows.reduce((sum, { orders }) => sum + orders, 0) === AT_ONCE;
  after.set(accountId, isFull ? Math.max(...rows.map(({ last }) => last)) : 0);
  return rows.map(({ root }) => root);
}

/** First orders whose line is to be tried once more now, by id. `lines` as `takeDueLines` has. */
export async function rootsToTryAgain(
  ledger: Ledger,
  lines: { plan: number; line: number }[],
): Promise<number[]> {
  if (lines.length === 0) return [];
  const rows = await ledger.query<{ root: number }>(
    `select distinct ${rootOf('o')} as root
     from unnest($1::int[], $2::int[]) due(plan, line)
       join ledger.lines l on l.plan_id = due.plan and l.line = due.line,
     lateral (
       select * from ledger.orders o where ${isOfLine('o.id', 'l')}
       union all
       select * from ledger.orders o where ${isOfLine('o.root', 'l')}) o
     where ${IS_STANDING} and ${MAY_GO_ON}
     order by 1`,
    columns(lines, 'plan', 'line'),
  );
  return rows.map(({ root }) => root);
}

/** These families by id, without those that an unknown order freezes or that have not ended. */
export function findFamilies(tx: Queries, roots: number[]): Promise<FoundFamily[]> {
  return tx.query<FoundFamily>(
    `select o.id as root, p.id as plan, p.orders as "planOrders", l.line,
       l.fill_quantity as "fillQuantity",
       coalesce(ladder.steps, '[]') as steps,
       (family.newest - o.id)::int / p.orders as newest,
       (coalesce(family.lacks_from, family.newest) - o.id)::int / p.orders as "lacksFrom",
       family."isTriedAgain", family.lacking, family."isDoubtful",
       l.keep_trying is not null and p.closed_at is null
         and not ledger.is_past(coalesce(s.until, ${UNTIL}),
           coalesce(s.until_tick, ${UNTIL_TICK}), a.ticks) as "keepsTrying"
     from unnest($1::bigint[]) wanted(id) join ledger.orders o using (id)
       join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       left join ledger.ladders ladder on ${ladderOf('l')}
       left join ledger.standing s on s.plan_id = l.plan_id and s.line = l.line,
     lateral (
       select max(m.id) as newest,
         max(m.id) filter (where m.state = 'short' and m.follow
           and m.quantity > m.bought + m.moved) as lacks_from,
         bool_or(m.step is not distinct from 0) as "isTriedAgain",
         coalesce(sum(m.quantity - m.bought - m.moved)
           filter (where m.state = 'short' and m.follow is not null), 0)::int as lacking,
         bool_or(
           exists (select from ledger.disputes d where d.order_id = m.id and ${isUnrecorded('d')})
           or ${isOrderDoubtful('m')}) as "isDoubtful"
       from ledger.orders m where m.id = o.id or m.root = o.id) family
     where ${GOING} and ${MAY_GO_ON}
     order by o.id`,
    [roots],
  );
}

/** SQL: for how long line `l` is tried; null: it names a day. */
const TRIED_FOR = `case
  when l.keep_trying like '%d' then rtrim(l.keep_trying, 'd')::int * interval '1 day'
  when l.keep_trying like '%h' then rtrim(l.keep_trying, 'h')::int * interval '1 hour' end`;

/** SQL: the moment after which line `l` of plan `p` is not tried again. Days are of UTC. */
export const UNTIL = `case
  when l.keep_trying like 'until %'
    then (substr(l.keep_trying, 7)::date + 1)::timestamp at time zone 'UTC'
  else p.started_at + ${TRIED_FOR} end`;

/** SQL: the tick after which it is not; null: it names a day, and only a clock knows that. */
export const UNTIL_TICK = `p.started_tick + extract(epoch from ${TRIED_FOR})::bigint * 1000`;
