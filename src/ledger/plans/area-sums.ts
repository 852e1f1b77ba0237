import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfLine, isOfPlan } from '../order-id.ts';

/** Numbers that a line got in place of its own. */
export type Substitute = {
  /** Of the file. */
  line: number;
  /** Null: toll-free. */
  areaCode: string | null;
  numbers: number;
};

/** What these lines got in place of their own numbers, by area code, in the order of the ladder. */
export function substitutes(
  ledger: Ledger,
  planId: number,
  lines: number[],
): Promise<Substitute[]> {
  return ledger.query<Substitute>(
    `select l.asked_line as line, l.area_code as "areaCode", sum(o.bought)::int as numbers
     from ledger.lines l join ledger.orders o
       on ${isOfLine('o.id', 'l')}
     where l.plan_id = $1 and l.asked_line = any($2::int[]) and l.step > 0
     group by 1, 2 having sum(o.bought) > 0 order by 1, min(l.step)`,
    [planId, lines],
  );
}

/** The numbers of a plan in one area code. */
export type AreaSum = {
  /** Three digits; null: toll-free. */
  areaCode: string | null;
  /** Bought as they were asked for. */
  exact: number;
  /** Bought in place of others, which may have been asked for elsewhere. */
  substituted: number;
  /** Asked for here, and not bought anywhere. */
  missing: number;
};

/**
 * The sums of a plan by the area codes of its lines; those without any are left out. Ask it only
 * for plans of a few tens of thousands of orders: it reads each of them.
 */
export function areaSums(ledger: Queries, planId: number): Promise<AreaSum[]> {
  return ledger.query<AreaSum>(SUMS_BY_AREA, [planId]);
}

/** What a substitute lacks is missing where the line of the file asks for it. */
const SUMS_BY_AREA = `
  select code as "areaCode", sum(exact)::int as exact, sum(substituted)::int as substituted,
    sum(missing)::int as missing
  from (
    select left(l.area_code, 3) as code,
      case when o.step > 0 then 0 else o.bought end as exact,
      case when o.step > 0 then o.bought else 0 end as substituted, 0 as missing
    from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
    where ${isOfPlan('o.id', '$1::int')} and o.bought > 0
    union all
    select left(a.area_code, 3), 0, 0, o.quantity - o.bought - o.moved
    from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
      join ledger.lines a on a.plan_id = l.plan_id and a.line = ${askedLine('l')}
    where ${isOfPlan('o.id', '$1::int')} and o.state in ('short', 'refused', 'undelivered')
  ) each group by 1 having sum(exact + substituted + missing) > 0 order by 1`;
