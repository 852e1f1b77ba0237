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
  at: Date;
  kind: string;
  who: string;
  why: string | null;
  planId: number | null;
  orderId: number | null;
  detail: Record<string, unknown>;
};

/** Writes down a change in the transaction that makes it, so that neither is there without the other. */
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

/** The plan's events, newest first. */
export function planEvents(ledger: Ledger, planId: number, limit = 50): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    'event_list',
    `select at, kind, who, why, plan_id as "planId", order_id as "orderId", detail
     from ledger.events where plan_id = $1 order by id desc limit $2`,
    [planId, limit],
  );
}
