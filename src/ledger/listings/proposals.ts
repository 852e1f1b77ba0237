import type { Verdict } from '../../evidence/index.ts';
import { isSince } from '../database/clock.ts';
import type { Ledger, Queries } from '../ledger.ts';

/** What the vendor's list says of an unknown order's attempt, and of no later one. */
export type Proposal = {
  order: number;
  attempt: number;
  finding: Verdict['finding'] | 'later';
  isClear: boolean;
  numbers: string[];
  why: string;
};

/** Keeps what is proposed for attempts that are still unknown, in the place of what was before. */
export async function keepProposals(ledger: Ledger, proposals: Proposal[]): Promise<void> {
  for (const { order, attempt, finding, isClear, numbers, why } of proposals) {
    await ledger.query(
      'proposal_keep',
      `insert into ledger.proposals as p (order_id, attempt, finding, is_clear, numbers, why)
       select id, $6, $2, $3, $4::text[], $5 from ledger.orders
       where id = $1 and state = 'unknown' and attempts = $6
       on conflict on constraint proposals_pkey do update
         set attempt = $6, finding = $2, is_clear = $3, numbers = $4::text[], why = $5,
           made_at = ledger.now()`,
      [order, finding, isClear, numbers, why, attempt],
    );
  }
}

/** What is proposed for an unknown order's last attempt; of an earlier one it says nothing. */
export async function findProposal(ledger: Queries, order: number): Promise<Proposal | undefined> {
  const [row] = await ledger.query<Proposal>(
    'proposal_find',
    `select v.order_id as "order", v.attempt, v.finding, v.is_clear as "isClear", v.numbers, v.why
     from ledger.proposals v join ledger.orders o on o.id = v.order_id
     where v.order_id = $1 and o.state = 'unknown' and v.attempt = o.attempts`,
    [order],
  );
  return row;
}

/** A list that was too young for an order `v` is soon followed by another. */
const AGAIN = `case v.finding when 'later' then interval '10 s' else interval '10 min' end`;

/** Whose unknown orders are meant; all without either. */
export type UnknownScope = { planId?: number | undefined; accountId?: number | undefined };

/** The clear verdicts on unknown orders that can be accepted, in the order of orders. */
export function clearVerdicts(
  ledger: Ledger,
  { planId, accountId }: UnknownScope,
): Promise<{ order: number; finding: 'bought' | 'nothing' }[]> {
  return ledger.query(
    'proposals_clear',
    `select v.order_id as "order", v.finding
     from ledger.proposals v join ledger.orders o on o.id = v.order_id
       join ledger.plans p on p.id = o.plan_id
     where o.state = 'unknown' and v.attempt = o.attempts
       and v.is_clear and v.finding in ('bought', 'nothing')
       and ($1::int is null or p.id = $1) and ($2::int is null or p.account_id = $2)
     order by v.order_id`,
    [planId ?? null, accountId ?? null],
  );
}

/**
 * Asks for the right to reconcile; given once in 5 s, and only while an unknown order of the
 * account waits for a list: it is due by watched time, and has no verdict or one that is ten
 * minutes old.
 */
export async function mayReconcile(
  ledger: Ledger,
  accountId: number,
  settlingMs: number,
): Promise<boolean> {
  const rows = await ledger.query(
    'account_may_reconcile',
    `update ledger.accounts a set reconciled_at = ledger.now()
     where id = $1 and a.vouched_for = ledger.incarnation()
       and ${isSince('a.reconciled_at', `interval '5 s'`)} and exists (
       select 1 from ledger.orders o join ledger.plans p on p.id = o.plan_id
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         left join ledger.proposals v on v.order_id = o.id and v.attempt = o.attempts
       where o.state = 'unknown' and p.account_id = a.id
         and coalesce(t.answered_tick, t.deadline_tick) + $2 <= a.ticks
         and ${isSince('v.made_at', AGAIN)})
     returning id`,
    [accountId, settlingMs],
  );
  return rows.length > 0;
}
