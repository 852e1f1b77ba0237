import { noteEvent } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { IS_PLACED } from '../plans/plan-state.ts';

/** SQL: whether no limit of the account stands in the way of the order any more. */
const hasRoom = (account: string, order: string): string =>
  `not exists (select from ledger.limits_met(${account}, array[${order}]))`;

/**
 * Lets the account, and the plans that a limit holds, continue as soon as there is room for the
 * order that was stopped; the account also when that order's plan was paused or has ended. The
 * sweep looks once a second.
 */
export async function continueWithinLimits(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.accounts a set resume_at = null, rest_reason = null, rest_order = null
     where id = $1 and rest_order is not null
       and (${hasRoom('a.id', 'a.rest_order')}
         or exists (select from ledger.orders o join ledger.plans p on p.id = o.plan_id
                    where o.id = a.rest_order and not ${IS_PLACED}))`,
    [accountId],
  );
  const plans = await ledger.query<{ id: number }>(
    `select id from ledger.plans p
     where account_id = $1 and held_order is not null
       and ${hasRoom('p.account_id', 'p.held_order')} order by id`,
    [accountId],
  );
  for (const { id } of plans) {
    await ledger.transaction(async (tx) => {
      const resumed = await tx.query(
        `update ledger.plans p
         set state = 'running', reason = null, held_order = null, held_until = null
         where id = $1 and held_order is not null returning id`,
        [id],
      );
      const why = 'Its limit leaves room again';
      if (resumed.length > 0)
        await noteEvent(tx, { kind: 'plan_resumed', who: 'limit', why, planId: id });
    });
  }
}
