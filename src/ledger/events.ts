import type { Ledger, Queries } from './ledger.ts';

export type EventNote = {
  kind: string;
  /** A person's name, or the program's own part that did it. */
  who: string;
  why?: string | undefined;
  accountId?: number | undefined;
  planId?: number | undefined;
  orderId?: number | undefined;
  detail?: Record<string, unknown>;
};

export type LedgerEvent = {
  id: number;
  at: Date;
  kind: string;
  who: string;
  why: string | null;
  planId: number | null;
  orderId: number | null;
  detail: Record<string, unknown>;
};

/**
 * Writes down a change in the transaction that makes it, so that neither is there without the
 * other.
 */
export async function noteEvent(tx: Queries, note: EventNote): Promise<void> {
  await tx.query(
    'event_note',
    `insert into ledger.events (kind, who, why, account_id, plan_id, order_id, detail)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
    [
      note.kind,
      note.who,
      note.why ?? null,
      note.accountId ?? null,
      note.planId ?? null,
      note.orderId ?? null,
      JSON.stringify(note.detail ?? {}),
    ],
  );
}

/**
 * The plan's events, newest first; those before an event's id, to turn the page. While it runs,
 * what happens to its account happens to it as well: who wonders why nothing is sent finds it here.
 */
export function planEvents(
  ledger: Ledger,
  planId: number,
  limit = 50,
  before = NEWEST,
): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    'event_list',
    `with plan as (
       select account_id, started_at, coalesce(ended_at, 'infinity') as ended_at
       from ledger.plans where id = $1)
     select * from (
       (${EVENT_SQL} where plan_id = $1 and id < $2 order by id desc limit $3)
       union all
       (${EVENT_SQL} where plan_id is null and account_id = (select account_id from plan)
          and id < $2
          and at between (select started_at from plan) and (select ended_at from plan)
        order by id desc limit $3)) found
     order by id desc limit $3`,
    [planId, before, limit],
  );
}

/** All pauses of the plan, its account and their ends while it ran, oldest first. */
export function planPauses(ledger: Ledger, planId: number): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    'event_pauses',
    `with plan as (
       select account_id, started_at, coalesce(ended_at, 'infinity') as ended_at
       from ledger.plans where id = $1)
     select * from (
       (${EVENT_SQL} where plan_id = $1 and kind in ('plan_paused', 'plan_resumed'))
       union all
       (${EVENT_SQL} where plan_id is null and account_id = (select account_id from plan)
          and at between (select started_at from plan) and (select ended_at from plan)
          and kind in ('account_paused', 'account_resumed', 'queue_paused', 'queue_resumed'))) found
     order by id`,
    [planId],
  );
}

/** What happened to an account itself, newest first, paged likewise. */
export function accountEvents(
  ledger: Ledger,
  accountId: number,
  limit = 50,
  before = NEWEST,
): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    'event_list_account',
    `${EVENT_SQL} where account_id = $1 and plan_id is null and id < $2 order by id desc limit $3`,
    [accountId, before, limit],
  );
}

const NEWEST = Number.MAX_SAFE_INTEGER;

const EVENT_SQL = `
  select id, at, kind, who, why, plan_id as "planId", order_id as "orderId", detail
  from ledger.events`;
