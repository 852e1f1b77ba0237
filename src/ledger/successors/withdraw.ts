/** Takes back successors that were never sent. What they ask for is lacking again where it was. */
import type { Ledger, Queries } from '../ledger.ts';
import { orderIdsFrom } from '../order-id.ts';
import { IS_SURPLUS } from '../orders/surplus.ts';
import { lockPlan } from '../plans/steer.ts';
import { LADDER_OF } from './ladders.ts';

/** SQL: whether `s` is a successor that was never sent. */
const IS_UNSENT = `s.root is not null and s.attempts = 0 and s.state in ('waiting', 'cancelled')`;

/**
 * Of new tries of a plan, or of one of its lines, the orders that were not sent yet: somebody has
 * closed it, or its time is over.
 */
export async function withdrawTries(
  tx: Queries,
  planId: number,
  line: number | null,
): Promise<void> {
  await tx.query(
    'withdraw_tries',
    `delete from ledger.orders s
     using ledger.plans p, ledger.lines l, ledger.lines a
       left join ledger.ladders ladder on ${LADDER_OF('a')}
     where s.id > ${orderIdsFrom('$1::int')} and s.id < ${orderIdsFrom('($1::int + 1)')}
       and ${IS_UNSENT} and p.id = $1
       and l.plan_id = $1 and l.line = s.line and a.plan_id = $1 and a.line = l.asked_line
       and ($2::int is null or a.line = $2)
       and (s.id - s.root) / p.orders > coalesce(jsonb_array_length(ladder.steps), 0)`,
    [planId, line],
  );
}

/**
 * Those of the line that order `id` is for: while the order is unknown, nobody knows what its line
 * lacks, nor what is left of its caps.
 */
export async function withdrawOfLine(tx: Queries, id: number): Promise<void> {
  await tx.query(
    'withdraw_of_line',
    `delete from ledger.orders s using ledger.orders o, ledger.lines ol, ledger.lines sl
     where o.id = $1 and ol.plan_id = o.plan_id and ol.line = o.line
       and sl.plan_id = o.plan_id and sl.asked_line = coalesce(ol.asked_line, ol.line)
       and s.plan_id = o.plan_id and s.line = sl.line and s.id <> $1 and ${IS_UNSENT}`,
    [id],
  );
}

/**
 * Those of families of which the vendor has named more numbers meanwhile than are recorded: they may
 * lack nothing.
 */
export async function withdrawDoubtful(ledger: Ledger, accountId: number): Promise<void> {
  const found = await ledger.query<{ id: number; plan: number }>(
    'withdraw_doubtful_find',
    `select distinct s.id, s.plan_id as plan
     from ledger.disputes d join ledger.orders m on m.id = d.order_id
       join ledger.orders s on s.root = coalesce(m.root, m.id) and ${IS_UNSENT}
       join ledger.plans p on p.id = s.plan_id and p.account_id = $1
     where ${IS_SURPLUS('d')}`,
    [accountId],
  );
  for (const { id, plan } of found) {
    await ledger.transaction(async (tx) => {
      await lockPlan(tx, plan);
      await tx.query(
        'withdraw_doubtful',
        `delete from ledger.orders s where s.id = $1 and ${IS_UNSENT}`,
        [id],
      );
    });
  }
}
