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
  /** Asked for here: unknown or pending. */
  open: number;
  /** Asked for here. */
  cancelled: number;
};

/** They add up to what the plan asks for. */
export const AREA_PARTS = ['exact', 'substituted', 'missing', 'open', 'cancelled'] as const;

/**
 * The sums of a plan by area code, without blank ones. It reads each order: not for large plans.
 */
export function areaSums(ledger: Queries, planId: number): Promise<AreaSum[]> {
  return ledger.query<AreaSum>(SUMS_BY_AREA, [planId]);
}

const sumOf = (part: string) =>
  `coalesce(sum(n) filter (where part = '${part}'), 0)::int as ${part}`;

/** What a substitute lacks counts where the line of the file asks for it. */
const SUMS_BY_AREA = `
  select code as "areaCode", ${AREA_PARTS.map(sumOf).join(', ')}
  from (
    select left(l.area_code, 3) as code, o.bought as n,
      case when o.step > 0 then 'substituted' else 'exact' end as part
    from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
    where ${isOfPlan('o.id', '$1::int')} and o.bought > 0
    union all
    select left(a.area_code, 3), o.quantity - o.bought - o.moved,
      case when o.state in ('short', 'refused', 'undelivered') then 'missing'
        when o.state = 'cancelled' then 'cancelled' else 'open' end
    from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
      join ledger.lines a on a.plan_id = l.plan_id and a.line = ${askedLine('l')}
    where ${isOfPlan('o.id', '$1::int')} and o.state <> 'filled'
  ) each group by 1 having sum(n) > 0 order by 1`;
