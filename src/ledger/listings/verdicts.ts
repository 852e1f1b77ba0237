import type { ClearVerdict } from '../../documents/index.ts';
import type { Verdict } from '../../evidence/index.ts';
import { shortHash } from '../../seen.ts';
import { SENT_ORDERS } from '../asked.ts';
import { hasPassedSince } from '../database/clock.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine } from '../order-id.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { askedForList } from './listings.ts';

/**
 * Stores verdicts on attempts that are still unknown, each by a statement of its own: those who
 * delete verdicts do not lock them in the same sequence.
 */
export async function keepVerdicts(ledger: Ledger, verdicts: Verdict[]): Promise<void> {
  for (const { order, attempt, finding, isClear, numbers, why } of verdicts) {
    await ledger.query(
      `insert into ledger.verdicts (order_id, attempt, finding, is_clear, numbers, why)
       select id, $6, $2, $3, $4::text[], $5 from ledger.orders
       where id = $1 and state = 'unknown' and attempts = $6
       on conflict on constraint verdicts_pkey do update
         set attempt = $6, finding = $2, is_clear = $3, numbers = $4::text[], why = $5,
           made_at = ledger.now()`,
      [order, finding, isClear, numbers, why, attempt],
    );
  }
}

/** The verdict on an unknown order's last attempt; none on an earlier one. */
export async function findVerdict(
  ledger: Queries,
  order: number,
): Promise<(Verdict & LookedAt) | undefined> {
  const [row] = await ledger.query<Verdict & LookedAt>(
    `select v.order_id as "order", v.attempt, v.finding, v.is_clear as "isClear", v.numbers, v.why,
       ${LOOKED_AT}
     from ${VERDICTS} and o.id = $3`,
    [null, null, order],
  );
  return row;
}

/** SQL: `told` has each number that a verdict says an unknown order bought. */
export const TOLD = `told as materialized (
  select p.account_id, o.id as order_id, unnest(v.numbers)::bigint as number
  from ledger.orders o join ledger.plans p on p.id = o.plan_id
    join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
  where o.state = 'unknown' and v.finding = 'bought')`;

/** The unknown orders that bought some of these numbers by their verdicts, each with those. */
export function boughtByVerdict(
  tx: Queries,
  accountId: number,
  numbers: string[],
): Promise<{ order: number; numbers: string[] }[]> {
  return tx.query(
    `with ${TOLD}
     select order_id as "order", array_agg(number::text order by number) as numbers
     from told where account_id = $1 and number = any($2::bigint[])
     group by order_id order by order_id`,
    [accountId, numbers],
  );
}

/** A list that was too young for an order `v` is soon followed by another. */
const AGAIN = `case v.finding when 'later' then interval '10 s' else interval '10 min' end`;

/** Whose unknown orders are meant; without either, all. */
export type UnknownScope = { planId?: number | undefined; accountId?: number | undefined };

/** The verdict that a person looked at. */
export type NamedVerdict = Pick<ClearVerdict, 'order' | 'attempt' | 'verdict'>;

/**
 * Names what a verdict says, in 8 characters. A newer list that says the same keeps the name.
 * `sentAt` tells the attempt from one of the same number in another database, and `takenBackAt`
 * what was shown before its settlement was taken back.
 */
export const nameOfVerdict = ({
  finding,
  numbers,
  sentAt,
  takenBackAt,
}: Pick<Verdict, 'finding' | 'numbers'> & LookedAt): string =>
  shortHash([finding, numbers, sentAt, takenBackAt]);

export type LookedAt = { sentAt: Date; takenBackAt: Date | null };

/** SQL: the same, of attempt `t`. */
export const LOOKED_AT = 't.claimed_at as "sentAt", t.taken_back_at as "takenBackAt"';

const VERDICTS = `${SENT_ORDERS} join ledger.verdicts v on v.order_id = o.id and v.attempt = t.no
  where o.state = 'unknown'
    and ($1::int is null or p.id = $1) and ($2::int is null or p.account_id = $2)`;

/**
 * Clear verdicts that can be accepted, by order, after `after`; without a limit, all of them. With
 * `orders`: on these alone.
 */
export async function clearVerdicts(
  ledger: Ledger,
  { planId, accountId, orders }: UnknownScope & { orders?: number[] },
  { after = 0, limit }: { after?: number; limit?: number } = {},
): Promise<ClearVerdict[]> {
  const rows = await ledger.query<Omit<ClearVerdict, 'verdict'> & LookedAt>(
    `select v.order_id as "order", v.attempt, p.id as plan, p.name as "planName",
       ${askedLine('l')} as line, l.area_code as "areaCode", l.type,
       o.quantity - o.bought as lacking, v.finding, v.numbers, v.why, ${LOOKED_AT}
     from ${VERDICTS} and v.is_clear and v.finding in ('bought', 'nothing')
       and o.id > $3 and ($5::bigint[] is null or o.id = any($5)) order by o.id limit $4`,
    [planId ?? null, accountId ?? null, after, limit ?? null, orders ?? null],
  );
  return rows.map(({ sentAt, takenBackAt, ...row }) => ({
    ...row,
    verdict: nameOfVerdict({ ...row, sentAt, takenBackAt }),
  }));
}

export type VerdictCounts = {
  /** Clear verdicts that the order bought something, and nothing. */
  bought: number;
  nothing: number;
  /** Verdicts that the order bought something or nothing, where something else may explain it. */
  unclear: number;
  /** Verdicts that leave the order to a person. */
  open: number;
};

/** How many verdicts there are on unknown orders. Reads no numbers. */
export async function verdictCounts(
  ledger: Ledger,
  { planId, accountId }: UnknownScope,
): Promise<VerdictCounts> {
  const [row] = await ledger.query<VerdictCounts>(
    `select count(*) filter (where v.is_clear and v.finding = 'bought')::int as bought,
       count(*) filter (where v.is_clear and v.finding = 'nothing')::int as nothing,
       count(*) filter (where not v.is_clear and v.finding in ('bought', 'nothing'))::int
         as unclear,
       count(*) filter (where v.finding = 'open')::int as open
     from ${VERDICTS}`,
    [planId ?? null, accountId ?? null],
  );
  return row ?? { bought: 0, nothing: 0, unclear: 0, open: 0 };
}

/**
 * Whether orders of account `a` may be sent, and its newest list is six hours old, or lacks a tenth
 * of the one before: it may be cut off. What is released after a list, and sold again to an order,
 * is on both. A reading that failed is tried again after ten minutes.
 */
const WANTS_NEW_LIST = `(
  exists (select from ledger.plans p where p.account_id = a.id and ${IS_PLACED})
  and ${hasPassedSince('a.reconciled_at', `interval '10 min'`)}
  and coalesce((select ${hasPassedSince('newest.ended_at', `interval '6 h'`)}
      or newest.size * 10 < 9 * coalesce(newest.size_before, 0)
    from (select n.ended_at, n.size, lead(n.size) over (order by n.id desc) as size_before
      from ledger.listings n where n.account_id = a.id order by n.id desc limit 1) newest), true))`;

/**
 * Takes the right to read the list, once in 5 s: when the newest list is old, a plan waits for a
 * newer one, or an unknown order is due by watched time, and has no verdict or one that is ten
 * minutes old, ten seconds where the list could not decide yet.
 */
export async function takeReconcileRight(
  ledger: Ledger,
  accountId: number,
  listLagMs: number,
): Promise<boolean> {
  const rows = await ledger.query(
    `update ledger.accounts a set reconciled_at = ledger.now()
     where id = $1 and a.vouched_for = ledger.incarnation()
       and ${hasPassedSince('a.reconciled_at', `interval '5 s'`)} and (${WANTS_NEW_LIST}
       or a.id in (${askedForList('true')}) or exists (
       select from ${SENT_ORDERS}
         left join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
       where o.state = 'unknown' and p.account_id = a.id
         and coalesce(t.answered_tick, t.deadline_tick) + $2 <= a.ticks
         and ${hasPassedSince('v.made_at', AGAIN)}))
     returning id`,
    [accountId, listLagMs],
  );
  return rows.length > 0;
}
