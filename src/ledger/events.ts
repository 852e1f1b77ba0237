import type { LedgerEvent } from '../documents/index.ts';
import { AppError } from '../errors.ts';
import { faultOfName, isPart } from '../name-rule.ts';
import type { Ledger, Queries } from './ledger.ts';
import { orderBounds } from './order-id.ts';
import { surplusOfPlan } from './orders/surplus.ts';

export type EventNote = {
  kind: string;
  /** Who signed in, `system:USER` where nobody does, or the program's own part that did it. */
  who: string;
  /** The name that was given beside it. It proves nothing. */
  by?: string | undefined;
  why?: string | undefined;
  accountId?: number | undefined;
  planId?: number | undefined;
  orderId?: number | undefined;
  detail?: Record<string, unknown>;
};

/** Who does something, see `noteEvent`, and why. */
export type By = Pick<EventNote, 'who' | 'by' | 'why'>;

/**
 * Writes down a change in the transaction that makes it. Throws AppError `invalid_usage` for a name
 * that nobody may have: it could look like what the program says of who signed in.
 */
export async function noteEvent(tx: Queries, note: EventNote): Promise<void> {
  const fault = note.by ? faultOfName(note.by) : null;
  if (fault)
    throw new AppError('invalid_usage', `The name "${note.by}" ${fault}.`, { field: 'by' });
  await tx.query(
    `insert into ledger.events (kind, who, by, why, account_id, plan_id, order_id, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [
      ...[note.kind, note.who, note.by, note.why, note.accountId, note.planId, note.orderId],
      JSON.stringify(note.detail ?? {}),
    ],
  );
}

/** How many events the plan has, and numbers that the vendor named and the order did not get. */
export async function countEvents(tx: Queries, planId: number): Promise<number> {
  const [row] = await tx.query<{ events: number }>(
    `select (select count(*) from ledger.events where plan_id = $1)::int
       + (select count(*) from ledger.disputes where order_id > $2 and order_id < $3)::int
       + ${surplusOfPlan('$1')} as events`,
    [planId, ...orderBounds(planId)],
  );
  return row?.events ?? 0;
}

/** The plan's events, newest first; while it runs, also its account's. `before` turns the page. */
export function planEvents(
  ledger: Ledger,
  planId: number,
  limit = 50,
  before = NEWEST,
): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(`${eventsWhile(PAGE, PAGE)} order by id desc limit $3`, [
    planId,
    before,
    limit,
  ]);
}

/** All pauses of the plan, its account and their ends while it ran, oldest first. */
export function planPauses(ledger: Ledger, planId: number): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    `${eventsWhile(
      `kind in ('plan_paused', 'plan_limited', 'plan_resumed')`,
      `kind in ('account_paused', 'account_resumed', 'queue_paused', 'queue_resumed')`,
    )} order by id`,
    [planId],
  );
}

/** What happened to an account itself, newest first, in the same pages. */
export function accountEvents(
  ledger: Ledger,
  accountId: number,
  limit = 50,
  before = NEWEST,
): Promise<LedgerEvent[]> {
  return ledger.query<LedgerEvent>(
    `${EVENT_SQL} where account_id = $1 and plan_id is null and ${PAGE}`,
    [accountId, before, limit],
  );
}

const NEWEST = Number.MAX_SAFE_INTEGER;

const EVENT_SQL = `
  select id, at, kind, who, by, why, plan_id as "planId", order_id as "orderId", detail
  from ledger.events`;

const PAGE = 'id < $2 order by id desc limit $3';

/** SQL: these events of the plan with the id `$1`, and these of its account while the plan ran. */
const eventsWhile = (ofPlan: string, ofAccount: string): string => `
  with plan as (
    select account_id, started_at, coalesce(ended_at, 'infinity') as ended_at
    from ledger.plans where id = $1)
  select * from (
    (${EVENT_SQL} where plan_id = $1 and ${ofPlan})
    union all
    (${EVENT_SQL} where plan_id is null and account_id = (select account_id from plan)
       and at between (select started_at from plan) and (select ended_at from plan)
       and ${ofAccount})) found`;

/** Those of these orders of whose last attempt a person has taken back the settlement. */
export async function takenBack(ledger: Queries, orders: number[]): Promise<Set<number>> {
  const last = await ledger.query<{ order: number; who: string }>(
    `select distinct on (o.id) o.id as "order", e.who
     from ledger.orders o
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
       join ledger.events e on e.order_id = o.id and e.kind = 'order_unsettled'
     where o.id = any($1::bigint[]) and t.taken_back_at is not null
     order by o.id, e.id desc`,
    [orders],
  );
  return new Set(last.filter(({ who }) => !isPart(who)).map(({ order }) => order));
}

/**
 * Throws AppError `wrong_state` when the same person has said the same of this order or account
 * before, in the same words: a request that comes once more is no second decision. Call it where
 * what was said does not hold any more. What `detail` has must be the same.
 */
export async function refuseRepeated(tx: Queries, note: EventNote): Promise<void> {
  const isSame = `not exists (select from jsonb_each($6::jsonb) said
    where detail->said.key is distinct from said.value)`;
  await refuseSaid(tx, note, isSame, note.detail ?? {});
}

/** The same when the person overruled evidence before, in the same words, whatever it was. */
export async function refuseOverruled(tx: Queries, note: EventNote): Promise<void> {
  await refuseSaid(tx, note, `detail ? ($6::jsonb #>> '{}')`, 'againstEvidence');
}

async function refuseSaid(
  tx: Queries,
  { kind, who, by, why, accountId, planId, orderId }: EventNote,
  condition: string,
  value: unknown,
): Promise<void> {
  const subject =
    orderId !== undefined
      ? 'order_id'
      : planId !== undefined
        ? 'order_id is null and plan_id'
        : 'plan_id is null and account_id';
  const before = await tx.query(
    `select from ledger.events where ${subject} = $1 and kind = $2 and who = $3
       and by is not distinct from $4 and why is not distinct from $5 and ${condition} limit 1`,
    [orderId ?? planId ?? accountId, kind, who, by ?? null, why ?? null, JSON.stringify(value)],
  );
  if (before.length === 0) return;
  throw new AppError(
    'wrong_state',
    'This was said before for the same reason, and was taken back or no longer holds. If it is ' +
      'right after all, say what shows it now: give another reason. Nothing was changed.',
  );
}

/** Marks the user of a machine on which nobody signs in. */
const SYSTEM = 'system:';

/** The user of this machine, as `who` has it. */
export const systemUser = (user: string): string => `${SYSTEM}${user}`;

/** Whether nobody signed in: the user of a machine may be anybody who has it before them. */
export const isSystemUser = (who: string): boolean => who.startsWith(SYSTEM);

/** Who did it, for a sentence: the name that was given, with another name that signed in. */
export function nameOf({ who, by }: { who: string; by?: string | null | undefined }): string {
  if (isSystemUser(who)) return by || who.slice(SYSTEM.length);
  return by && by !== who ? `${by} (signed in as ${who})` : who;
}
