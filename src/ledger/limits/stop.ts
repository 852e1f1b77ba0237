import { moneyWords } from '../../prices/index.ts';
import { HAS_RESTED } from '../database/clock.ts';
import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';

/** What waits with the order. */
type Stopped = 'account' | 'plan';

type MetLimit = {
  whose: string;
  period: 'day' | 'month';
  isNumbers: boolean;
  hasPrice: boolean;
  /** When nothing else is spent. */
  mayFit: boolean;
  /** What was spent is known, or the limit does not count it. */
  hasSum: boolean;
  numbers: number | null;
  money: string | null;
  currency: string | null;
  who: string;
};

/**
 * When an order exceeds a limit, makes its account rest or pauses its plan, and returns which;
 * null: it exceeds none. A limit of all together rests the account until the period ends; a
 * person's limit holds the plan, as does an order that fits in no period, or has no price where
 * money is limited. What makes room earlier ends that, see `continueWithinLimits`.
 */
export async function stopForLimit(
  ledger: Ledger,
  accountId: number,
  orderId: number,
): Promise<Stopped | null> {
  return ledger.transaction(async (tx) => {
    await tx.query('select ledger.lock_limits($1::smallint)', [accountId]);
    const limit = await limitMet(tx, accountId, orderId);
    if (!limit) return null;
    if (!limit.hasPrice) return holdPlan(tx, orderId, NO_PRICE, null);
    if (!limit.mayFit) return holdPlan(tx, orderId, tooLarge(limit), null);
    if (limit.whose === '') return restAccount(tx, accountId, orderId, limit);
    return holdPlan(tx, orderId, wordsOf(limit), limit.period);
  });
}

/** What can never fit first; then those of all together, of these the one that lasts longest. */
async function limitMet(
  tx: Queries,
  accountId: number,
  orderId: number,
): Promise<MetLimit | undefined> {
  const [limit] = await tx.query<MetLimit>(
    `select m.whose, m.period, m.is_numbers as "isNumbers", m.has_price as "hasPrice",
       m.may_fit as "mayFit", m.has_sum as "hasSum", l.numbers, l.money::text as money,
       (select list ->> 'currency' from ledger.price_lists where hash = a.prices) as currency,
       coalesce(p.started_person, '') as who
     from ledger.limits_met($1::smallint, array[$2::bigint]) m
       join ledger.limits l on l.account_id = $1 and l.whose = m.whose and l.period = m.period
       join ledger.accounts a on a.id = $1
       join ledger.plans p on p.id = $3
     order by m.has_price and m.may_fit, m.whose <> '', m.period <> 'month' limit 1`,
    [accountId, orderId, planOf(orderId)],
  );
  return limit;
}

async function restAccount(
  tx: Queries,
  accountId: number,
  orderId: number,
  limit: MetLimit,
): Promise<Stopped> {
  const why = wordsOf(limit);
  // It rests already when several orders met the limit at once.
  const rests = await tx.query(
    `update ledger.accounts a set rest_reason = $2, rest_order = $3,
       resume_at = ledger.end_of($4),
       rest_ms = extract(epoch from ledger.end_of($4) - ledger.now()) * 1000
     where id = $1 and ${HAS_RESTED} returning id`,
    [accountId, why, orderId, limit.period],
  );
  if (rests.length > 0)
    await noteEvent(tx, { kind: 'account_limited', who: 'limit', why, accountId });
  return 'account';
}

async function holdPlan(
  tx: Queries,
  orderId: number,
  why: string,
  /** The period whose end makes room; null: no end does. */
  period: string | null,
): Promise<Stopped> {
  const planId = planOf(orderId);
  const held = await tx.query(
    `update ledger.plans set state = 'paused', reason = $2, held_order = $3,
       held_until = ledger.end_of($4)
     where id = $1 and state in ('running', 'standing') returning id`,
    [planId, why, orderId, period],
  );
  if (held.length > 0) await noteEvent(tx, { kind: 'plan_limited', who: 'limit', why, planId });
  return 'plan';
}

const NO_PRICE =
  'Money is limited, and an order of this plan has no price in the currency of the account: ' +
  'the plan continues when there is one';

const ADVERBS = { day: 'daily', month: 'monthly' } as const;

function wordsOf(limit: MetLimit): string {
  const end = limit.period === 'day' ? 'at 00:00 UTC' : 'on the first of the month, 00:00 UTC';
  const what = limit.whose === '' ? 'the account' : 'the plan';
  const why = causeOf(limit);
  return `${subjectOf(limit)} leaves no room for the next order${why}: ${what} continues ${end}`;
}

function causeOf({ isNumbers, hasSum, currency }: MetLimit): string {
  if (isNumbers || hasSum) return '';
  return `, because something that counts toward it has no price in ${currency}`;
}

const tooLarge = (limit: MetLimit): string =>
  `${subjectOf(limit)} is less than the next order alone: ` +
  'the plan continues when the limit is raised';

function subjectOf({ whose, who, period, isNumbers, numbers, money, currency }: MetLimit): string {
  const most = isNumbers ? `${numbers} numbers` : moneyWords(money ?? '', currency ?? '');
  const limit = `The ${ADVERBS[period]} limit of ${most}`;
  return whose === '' ? limit : `${limit} for ${who}`;
}
