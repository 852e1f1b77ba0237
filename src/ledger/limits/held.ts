import { isOver } from '../database/clock.ts';
import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';

/** No limit holds a plan for longer. */
const LONGEST = `interval '31 days'`;

/**
 * Some of a limit may be free again: the account rests no longer for its limits, and plans that a
 * person's limit holds are taken up by the next sweep. Whatever still does not fit stops again.
 */
export async function goOn(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'limits_end_rest',
    `update ledger.accounts set resume_at = null, rest_reason = null
     where id = $1 and rest_reason is not null`,
    [accountId],
  );
  await tx.query(
    'limits_end_hold',
    `update ledger.plans set held_until = ledger.now()
     where account_id = $1 and state = 'paused' and held_until is not null`,
    [accountId],
  );
}

/** Takes up the plans that a person's limit held until now. */
export async function resumeHeldPlans(ledger: Ledger, accountId: number): Promise<void> {
  const due = `state = 'paused' and held_until is not null and ${isOver('held_until', LONGEST)}`;
  const plans = await ledger.query<{ id: number }>(
    'plans_held',
    `select id from ledger.plans where account_id = $1 and ${due}`,
    [accountId],
  );
  for (const { id } of plans) {
    await ledger.transaction(async (tx) => {
      const resumed = await tx.query(
        'plan_held_resume',
        `update ledger.plans set state = 'running', reason = null, held_until = null
         where id = $1 and ${due} returning id`,
        [id],
      );
      const why = 'Its limit leaves room again';
      if (resumed.length > 0)
        await noteEvent(tx, { kind: 'plan_resumed', who: 'limit', why, planId: id });
    });
  }
}
