import type { Queries } from '../ledger.ts';
import { COMPARE_FIRST, firstFew } from './objections.ts';

/** A number that a person calls foreign, and the list to which it came, or came back. */
export type LockedStray = { number: string; listing: number; isBack: boolean };

/**
 * Objections to calling these numbers foreign, each a sentence. While the ledger is in doubt, that
 * is the only one. An order may have bought a number that came to the list after the order was
 * sent. There is none only where a newer list was judged and leaves the order to a person, or does
 * not give it the number.
 */
export async function foreignObjections(
  tx: Queries,
  accountId: number,
  strays: LockedStray[],
): Promise<string[]> {
  const [account] = await tx.query<{ isVouchedFor: boolean }>(
    'foreign_vouched',
    `select vouched_for is not distinct from ledger.incarnation() as "isVouchedFor"
     from ledger.accounts where id = $1`,
    [accountId],
  );
  if (!account?.isVouchedFor) return [COMPARE_FIRST];
  const sent = await ordersInDoubt(tx, accountId);
  return [
    ...(await named(tx, accountId, strays)),
    ...sent.flatMap((order) => objectionsOf(order, strays)),
    ...(await lost(tx, accountId, strays)),
  ];
}

/** An order that may have bought something that it does not have. */
type InDoubt = {
  order: number;
  /** The newest list before it was sent; 0: there was none. */
  baseline: number;
  isUnderWay: boolean;
  finding: 'bought' | 'nothing' | 'open' | 'later' | null;
  /** The list by which it was judged; 0: by none. */
  judgedBy: number;
  numbers: string[];
  /** The digits of what the vendor answered. */
  digits: string;
};

/**
 * Those that are unknown or being sent, and those that lack something and that a person settled
 * while their request may still be under way.
 */
function ordersInDoubt(tx: Queries, accountId: number): Promise<InDoubt[]> {
  const isUnderWay = 't.outcome is null or t.status is null and t.deadline_tick > a.ticks';
  return tx.query<InDoubt>(
    'foreign_doubts',
    `select o.id as "order", coalesce(t.baseline, 0) as baseline, ${isUnderWay} as "isUnderWay",
       v.finding, coalesce(v.listing, 0) as "judgedBy", coalesce(v.numbers, '{}') as numbers,
       coalesce(regexp_replace(t.body, '\\D', '', 'g'), '') as digits
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
       join ledger.accounts a on a.id = p.account_id
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
       left join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
     where a.id = $1 and (o.state in ('sending', 'unknown')
       or t.settled_at is not null and o.bought < o.quantity and (${isUnderWay}))
     order by o.id`,
    [accountId],
  );
}

function objectionsOf(sent: InDoubt, strays: LockedStray[]): string[] {
  const { order, baseline, isUnderWay, finding, judgedBy, numbers, digits } = sent;
  const since = strays.filter(({ listing }) => listing > baseline);
  const those = (isMeant: (stray: LockedStray) => boolean) =>
    firstFew(since.filter(isMeant).map(({ number }) => number));
  const isJudged = finding !== null && finding !== 'later';
  const ways: [those: string, says: (those: string) => string][] = [
    [
      those(({ number }) => digits.includes(number)),
      (some) => `The vendor's answer to order ${order} names ${some}.`,
    ],
    [
      those(({ number }) => finding === 'bought' && numbers.includes(number)),
      (some) => `The verdict of the vendor's list is that order ${order} bought ${some}.`,
    ],
    [
      those(({ isBack }) => isBack),
      (some) => `Order ${order} may have bought ${some}, which came back to the list since.`,
    ],
    isUnderWay
      ? [
          those(() => true),
          (some) => `Order ${order} may have bought ${some}, for its request may be under way.`,
        ]
      : [
          those(({ listing }) => !isJudged || judgedBy < listing),
          (some) => `Order ${order} may have bought ${some}, and is not judged by a list with it.`,
        ],
  ];
  return ways.flatMap(([some, says]) => (some === '' ? [] : [says(some)]));
}

/** What the vendor named for an order that did not get it. */
async function named(tx: Queries, accountId: number, strays: LockedStray[]): Promise<string[]> {
  const found = await tx.query<{ order: number; numbers: string[] }>(
    'foreign_named',
    `select d.order_id as "order", array_agg(d.number::text order by d.number) as numbers
     from ledger.disputes d join ledger.orders o on o.id = d.order_id
       join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1 and d.number = any($2::bigint[])
     group by d.order_id order by d.order_id`,
    [accountId, strays.map(({ number }) => number)],
  );
  return found.map(
    ({ order, numbers }) => `The vendor named ${firstFew(numbers)} for order ${order}.`,
  );
}

/** What the ledger has lost and knows to have been sent. */
async function lost(tx: Queries, accountId: number, strays: LockedStray[]): Promise<string[]> {
  const [row] = await tx.query<{ plans: number | null; hasSuccessors: boolean }>(
    'foreign_lost',
    `select (select min(baseline) from ledger.lost_plans where account_id = $1) as plans,
       exists (select from ledger.lost_successors l
         join ledger.orders root on root.id = l.root join ledger.plans p on p.id = root.plan_id
         where p.account_id = $1
           and not exists (select from ledger.orders o where o.id = l.order_id))
         as "hasSuccessors"`,
    [accountId],
  );
  const { plans = null, hasSuccessors = false } = row ?? {};
  const isOfPlans = plans !== null && strays.some(({ listing }) => listing > plans);
  return [
    ...(isOfPlans
      ? ['Plans that the ledger has lost may have bought them. Submit those plans again first.']
      : []),
    ...(hasSuccessors
      ? ['An order for what another one lacked was sent, is lost, and may have bought them.']
      : []),
  ];
}
