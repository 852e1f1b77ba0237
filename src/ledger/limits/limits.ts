import type { Limit } from '../../limits/index.ts';
import { personOf } from '../../name-rule.ts';
import { HAS_RESTED } from '../database/clock.ts';
import type { Queries } from '../ledger.ts';

/** SQL: what the orders of the account `a` that were sent in the current period have spent. */
const spentIn = (period: 'day' | 'month'): string =>
  `(select coalesce(sum(s.numbers), 0)::int from ledger.spending s
    where s.account_id = a.id and s.day >= ledger.first_day('${period}'))`;

const mostIn = (period: 'day' | 'month'): string =>
  `(select l.numbers from ledger.limits l
    where l.account_id = a.id and l.whose = '' and l.period = '${period}')`;

/** SQL: what is left of it; 0 while the account `a` rests for it, since no order fits. */
const leftIn = (period: 'day' | 'month'): string =>
  `case when ${mostIn(period)} is null then null
    when not ${HAS_RESTED} and a.resume_at >= ledger.end_of('${period}') then 0
    else greatest(0, ${mostIn(period)} - ${spentIn(period)}) end`;

/** The account's limits on numbers, all persons together, as columns of the account `a`. */
export const LIMITS_ON_NUMBERS = `
  ${mostIn('day')} as "dailyNumbers", ${leftIn('day')} as "leftToday",
  ${mostIn('month')} as "monthlyNumbers", ${leftIn('month')} as "leftThisMonth"`;

/** SQL: the money of these sums; null: some of it has no price. */
const MONEY_SPENT = `case when coalesce(sum(s.unpriced), 0) = 0
  then coalesce(sum(s.money), 0)::text end`;

/**
 * The `LimitState`s of account `a`, as JSON; `*` also for each buyer without limits of their own.
 */
export const LIMIT_STATES = `(
  select coalesce(json_agg(json_build_object(
      'person', nullif(x.person, ''), 'period', x.period, 'numbers', x.numbers,
      'money', x.money::text, 'spent', x.spent, 'isEverybodys', x.is_everybodys)
    order by x.person, array_position(array['plan', 'day', 'month'], x.period)), '[]'::json)
  from (
    select l.whose as person, l.period, l.numbers, l.money,
      case when l.period <> 'plan' and l.whose <> '*' then (
        select json_build_object('numbers', coalesce(sum(s.numbers), 0)::int,
          'money', ${MONEY_SPENT})
        from ledger.spending s
        where s.account_id = a.id and s.day >= ledger.first_day(l.period)
          and l.whose in ('', s.who)) end as spent,
      false as is_everybodys
    from ledger.limits l where l.account_id = a.id
    union all
    select s.who, l.period, l.numbers, l.money,
      json_build_object('numbers', sum(s.numbers)::int, 'money', ${MONEY_SPENT}), true
    from ledger.limits l join ledger.spending s on s.account_id = l.account_id
    where l.account_id = a.id and l.whose = '*' and l.period <> 'plan' and s.who <> ''
      and s.day >= ledger.first_day(l.period)
      and not exists (select from ledger.limits n where n.account_id = a.id and n.whose = s.who)
    group by s.who, l.period, l.numbers, l.money) x)`;

/** Replaces the limits of an account, in `alterAccount`. The first count what this month spent. */
export async function setLimits(tx: Queries, accountId: number, limits: Limit[]): Promise<void> {
  const before = await tx.query(COUNTING_LIMIT, [accountId]);
  await tx.query('delete from ledger.limits where account_id = $1', [accountId]);
  for (const { person, period, numbers, money } of limits) {
    await tx.query(
      `insert into ledger.limits (account_id, whose, period, numbers, money)
       values ($1, $2, $3, $4, $5::numeric)`,
      [accountId, personOf(person ?? ''), period, numbers, money],
    );
  }
  // Where there was one before, everything is counted already.
  if (before.length === 0 || limits.length === 0) await recount(tx, accountId);
}

/** While an account has none of these, claims do not wait for each other. */
const COUNTING_LIMIT =
  "select from ledger.limits where account_id = $1 and period <> 'plan' limit 1";

/** Counts again what this month's orders have spent, at the prices of now, if it has limits. */
export async function recount(tx: Queries, accountId: number): Promise<void> {
  await tx.query('select ledger.recount_spending($1::smallint)', [accountId]);
}
