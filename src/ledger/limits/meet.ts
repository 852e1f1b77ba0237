import { moneyWords } from '../../prices/index.ts';
import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';
import { endOf } from './limits.ts';

/** What waits with the order. `order waits`: no more than that; what is in flight may make room. */
type Met = 'account waits' | 'plan held' | 'order waits';

type MetLimit = {
  whose: string;
  period: 'day' | 'month';
  isNumbers: boolean;
  hasPrice: boolean;
  numbers: number | null;
  money: string | null;
  currency: string | null;
  who: string;
};

/**
 * For an order for which a limit may leave no room; null when all do. While orders in flight may
 * still make room, nothing changes. Then a limit of all together lets the account rest until the
 * period ends, and a person's limit holds the plan until then. Where money is limited, an order
 * without a price pauses its plan until a person has looked.
 *
 * Whoever claims waits meanwhile, so nothing changes between the look and the rest.
 */
export async function meetLimit(
  ledger: Ledger,
  accountId: number,
  orderId: number,
): Promise<Met | null> {
  return ledger.transaction(async (tx) => {
    await tx.query('limit_lock', 'select ledger.lock_limits($1::smallint)', [accountId]);
    const limits = await limitsMet(tx, accountId, orderId);
    const limit = limits.find(({ hasPrice }) => !hasPrice) ?? limits[0];
    if (!limit) return null;
    if (!limit.hasPrice) return holdPlan(tx, orderId, limit, null);
    const isOfAll = limit.whose === '';
    if (await isInFlight(tx, accountId, limit)) return isOfAll ? 'account waits' : 'order waits';
    if (isOfAll) return restAccount(tx, accountId, limit);
    return holdPlan(tx, orderId, limit, endOf(limit.period));
  });
}

/** Those of all together first, and of these the one that lasts longest. */
function limitsMet(tx: Queries, accountId: number, orderId: number): Promise<MetLimit[]> {
  return tx.query<MetLimit>(
    'limits_met',
    `select m.whose, m.period, m.is_numbers as "isNumbers",
       m.has_price or not m.is_money as "hasPrice", l.numbers, l.money::text as money,
       (select list ->> 'currency' from ledger.price_lists where hash = a.prices) as currency,
       coalesce(p.started_by, '') as who
     from ledger.limits_met($1::smallint, array[$2::bigint]) m
       join ledger.limits l on l.account_id = $1 and l.whose = m.whose and l.period = m.period
       join ledger.accounts a on a.id = $1
       join ledger.plans p on p.id = $3
     order by m.whose <> '', m.period <> 'month'`,
    [accountId, orderId, planOf(orderId)],
  );
}

async function isInFlight(
  tx: Queries,
  accountId: number,
  { whose, who }: MetLimit,
): Promise<boolean> {
  const [row] = await tx.query<{ inFlight: boolean }>(
    'limits_in_flight',
    `select exists (
       select from ledger.attempts t join ledger.orders o on o.id = t.order_id
         join ledger.plans p on p.id = o.plan_id
       where t.outcome is null and p.account_id = $1 and ($2 or coalesce(p.started_by, '') = $3))
       as "inFlight"`,
    [accountId, whose === '', who],
  );
  return row?.inFlight ?? false;
}

async function restAccount(tx: Queries, accountId: number, limit: MetLimit): Promise<Met> {
  const why = wordsOf(limit);
  const end = endOf(limit.period);
  await tx.query(
    'limit_rest',
    `update ledger.accounts set rest_reason = $2, resume_at = ${end},
       rest_ms = extract(epoch from ${end} - ledger.now()) * 1000 where id = $1`,
    [accountId, why],
  );
  await noteEvent(tx, { kind: 'account_limited', who: 'limit', why, accountId });
  return 'account waits';
}

async function holdPlan(
  tx: Queries,
  orderId: number,
  limit: MetLimit,
  end: string | null,
): Promise<Met> {
  const planId = planOf(orderId);
  const why = end === null ? NO_PRICE : wordsOf(limit);
  const held = await tx.query(
    'limit_hold',
    `update ledger.plans set state = 'paused', reason = $2, held_until = ${end}
     where id = $1 and state in ('running', 'standing') returning id`,
    [planId, why],
  );
  if (held.length > 0) await noteEvent(tx, { kind: 'plan_limited', who: 'limit', why, planId });
  return 'plan held';
}

const NO_PRICE =
  'Money is limited, and an order of this plan has no price in the currency of the account: ' +
  'name one and resume the plan, or cancel it';

const ADVERBS = { day: 'daily', month: 'monthly' } as const;

function wordsOf({ whose, who, period, isNumbers, numbers, money, currency }: MetLimit): string {
  const most = isNumbers ? `${numbers} numbers` : moneyWords(money ?? '', currency ?? '');
  const limit = `${ADVERBS[period]} limit of ${most}`;
  const subject = whose === '' ? `The ${limit}` : `The ${limit} of ${who}`;
  const end = period === 'day' ? 'at 00:00 UTC' : 'on the first of the month, 00:00 UTC';
  return `${subject} leaves no room for the next order: it goes on ${end}`;
}
