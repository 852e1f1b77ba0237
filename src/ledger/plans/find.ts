import type { PlanDocument, StandingLines } from '../../documents/index.ts';
import { count, counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { REST_REASON } from '../accounts/accounts.ts';
import { REST_MS } from '../database/clock.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { INTEGER_MAX, isOfPlan } from '../order-id.ts';
import { surplusOfPlan } from '../orders/surplus.ts';
import { standingLines } from '../successors/standing.ts';
import { isPlaced, type PlanState } from './plan-state.ts';
import { BOUGHT_INSTEAD, REVISION } from './progress.ts';
import { SPEED, type Speed, timeLeft, timeNeeded } from './time-needed.ts';

/** Numbers that come only when they are requested again. Cancelled numbers do not count. */
export const missingOf = (of: Pick<PlanDocument, 'short' | 'refused' | 'undelivered'>): number =>
  of.short + of.refused + of.undelivered;

/** Numbers bought exactly as they were asked for. */
export const exactOf = (of: Pick<PlanDocument, 'bought' | 'substituted'>): number =>
  of.bought - of.substituted;

/** Whether nothing of it is left to send: only answers to orders that were sent are awaited. */
export const awaitsAnswers = (of: Pick<PlanDocument, 'pendingOrders' | 'sendingOrders'>): boolean =>
  of.sendingOrders > 0 && of.sendingOrders >= of.pendingOrders;

/** Whether nothing of it is sent before the next try of its lines. */
export const isBetweenTries = (of: Pick<PlanDocument, 'state' | 'pendingOrders'>): boolean =>
  of.state === 'standing' && of.pendingOrders === 0;

export function stateWord({ state, isCancelling }: PlanDocument): PlanState | 'cancelling' {
  return isCancelling ? 'cancelling' : state;
}

/** All orders of a plan: those that it was split into, and their successors. */
export const ordersOf = (plan: Pick<PlanDocument, 'orders' | 'successors'>): number =>
  plan.orders + plan.successors;

/** `11 orders`, or `11 orders, 25 with successors`. */
export function orderWords(plan: Pick<PlanDocument, 'orders' | 'successors'>): string {
  const words = counted(plan.orders, 'order');
  return plan.successors === 0 ? words : `${words}, ${count(ordersOf(plan))} with successors`;
}

/**
 * Orders per second of a plan from start to end, pauses included; two digits. Null before its end,
 * when some of it was cancelled, and when it stood or ended before: it waited mostly.
 */
export function paceOf({
  cancelled,
  startedAt,
  endedAt,
  revision,
  ...plan
}: Pick<
  PlanDocument,
  'orders' | 'successors' | 'cancelled' | 'startedAt' | 'endedAt' | 'revision'
>): number | null {
  if (startedAt === null || endedAt === null || cancelled > 0 || revision > 1) return null;
  const seconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
  return seconds > 0 ? Number((ordersOf(plan) / seconds).toPrecision(2)) : null;
}

type Derived =
  | keyof Counts
  | 'standing'
  | 'isMoving'
  | 'isCancelling'
  | 'etaSeconds'
  | 'secondsNeeded';
type PlanRow = Omit<PlanDocument, Derived> &
  Speed & {
    accountPaused: string | null;
    accountRests: string | null;
    restMs: number;
    mayStand: boolean;
  };
type Tally = {
  planId: number;
  state: string;
  orders: number;
  requested: number;
  bought: number;
  substituted: number;
};

const PLAN_SQL = `
  select p.id, p.name, p.state, p.held_until as "heldUntil", a.name as account, a.mode,
         case when p.state in ('ready', 'paused')
           then nullif(concat_ws('; ', p.overtaken, p.reason), '') else p.reason end as reason,
         a.paused_reason as "accountPaused", ${REST_REASON} as "accountRests",
         ${REST_MS} as "restMs", ${SPEED},
         p.lines, p.orders, p.successors, p.requested, p.sha256,
         (select count(*)::int from ledger.orders o
          where o.state = 'sending' and ${isOfPlan('o.id', 'p.id')}) as "sendingOrders",
         ${surplusOfPlan('p.id')} as surplus, ${REVISION} as revision,
         p.state in ('running', 'standing', 'paused')
           and exists (select from ledger.standing where plan_id = p.id) as "mayStand",
         p.submitted_by as "submittedBy", p.submitted_at as "submittedAt",
         p.started_at as "startedAt", p.ended_at as "endedAt"
  from ledger.plans p join ledger.accounts a on a.id = p.account_id`;

const TALLY_SQL = `
  select plan_id as "planId", state, sum(orders)::int as orders, sum(requested)::int as requested,
    sum(bought)::int as bought,
    ${BOUGHT_INSTEAD} as substituted
  from ledger.tallies where plan_id = any($1::int[]) group by plan_id, state`;

/** Reads few rows for any number of orders. Throws AppError `not_found`. */
export async function findPlan(ledger: Queries, id: number): Promise<PlanDocument> {
  const [row] = await ledger.query<PlanRow>(`/* plan_find */ ${PLAN_SQL} where p.id = $1`, [id]);
  if (!row) throw noSuchPlan(id);
  const [plan] = await documents(ledger, [row]);
  return plan!;
}

/** Newest first. */
export async function listPlans(ledger: Ledger, limit = 100): Promise<PlanDocument[]> {
  const rows = await ledger.query<PlanRow>(`${PLAN_SQL} order by p.id desc limit $1`, [limit]);
  return documents(ledger, rows);
}

export type PlanPage = {
  plans: PlanDocument[];
  /** The `before` of the next page; null on the last one. */
  next: number | null;
  /** Of all pages. */
  total: number;
};

/** Plans whose name, account, submitter or id fits the text, newest first, before an id. */
export async function planPage(
  ledger: Ledger,
  wish: { search?: string | undefined; before?: number | undefined; limit?: number | undefined },
): Promise<PlanPage> {
  const { search = '', before = INTEGER_MAX, limit = 50 } = wish;
  const holds = (text: string) => `position(lower($1) in lower(${text})) > 0`;
  // A number is looked for in ids and plan names only: many accounts have one in their name.
  const found = `($1 = '' or ${holds('p.name')} or case when $1 ~ '^[0-9]+$' then p.id::text = $1
    else ${holds('a.name')} or ${holds('p.submitted_by')} end)`;
  const rows = await ledger.query<PlanRow>(
    `${PLAN_SQL} where ${found} and p.id < $2 order by p.id desc limit $3`,
    [search.trim(), before, limit + 1],
  );
  const [count] = await ledger.query<{ total: number }>(
    `select count(*)::int as total from ledger.plans p join ledger.accounts a on a.id = p.account_id
     where ${found}`,
    [search.trim()],
  );
  const page = rows.slice(0, limit);
  return {
    plans: await documents(ledger, page),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    total: count?.total ?? 0,
  };
}

/** The other plans from the same file, on any account, newest first. */
export async function plansOfSameFile(ledger: Ledger, plan: PlanDocument): Promise<PlanDocument[]> {
  const rows = await ledger.query<PlanRow>(
    `${PLAN_SQL} where p.sha256 = $1 and p.id <> $2 order by p.id desc limit 5`,
    [plan.sha256, plan.id],
  );
  return documents(ledger, rows);
}

/** The traceparent that a plan was submitted with; null when there is none, or no such plan. */
export async function traceOfPlan(ledger: Ledger, planId: number): Promise<string | null> {
  const [plan] = await ledger.query<{ traceparent: string | null }>(
    'select traceparent from ledger.plans where id = $1',
    [planId],
  );
  return plan?.traceparent ?? null;
}

async function documents(ledger: Queries, rows: PlanRow[]): Promise<PlanDocument[]> {
  const ids = rows.map(({ id }) => id);
  const tallies = await ledger.query<Tally>(TALLY_SQL, [ids]);
  const standing = await standingLines(
    ledger,
    rows.filter(({ mayStand }) => mayStand).map(({ id }) => id),
  );
  const byPlan = Map.groupBy(tallies, ({ planId }) => planId);
  return rows.map((row) => document(row, byPlan.get(row.id) ?? [], standing.get(row.id) ?? null));
}

export function noSuchPlan(id: number): AppError {
  return new AppError('not_found', `There is no plan ${id}. "plans" lists the newest ones.`, {
    id,
  });
}

type Counts = ReturnType<typeof counts>;

function document(row: PlanRow, tallies: Tally[], standing: StandingLines | null): PlanDocument {
  const { accountPaused, accountRests, restMs, mayStand: _, ...rest } = row;
  const { dailyNumbers: _day, leftToday: _today, ...others } = rest;
  const { monthlyNumbers: _month, leftThisMonth: _thisMonth, ...plan } = others;
  const sums = counts(plan, tallies);
  const isMoving = isPlaced(plan) && accountPaused === null;
  const { pendingOrders: orders, pending: numbers } = sums;
  const isGoing =
    isMoving &&
    (plan.state !== 'standing' || orders > 0) &&
    !awaitsAnswers({ ...plan, pendingOrders: orders });
  const secondsNeeded = timeNeeded({ orders, numbers }, row);
  return {
    ...plan,
    reason: plan.reason ?? (isPlaced(plan) ? (accountPaused ?? accountRests) : null),
    ...sums,
    standing,
    isMoving,
    isCancelling: plan.state === 'cancelled' && plan.endedAt === null,
    etaSeconds: isGoing ? timeLeft({ orders, numbers }, row, restMs) : null,
    secondsNeeded,
  };
}

/** The tally counts an order when it is no longer pending, so the rest is pending. */
function counts(plan: { orders: number; successors: number; requested: number }, tallies: Tally[]) {
  const of = (state: string) => tallies.find((tally) => tally.state === state);
  const lacking = (state: string) => (of(state)?.requested ?? 0) - (of(state)?.bought ?? 0);
  const sum = (field: 'orders' | 'requested' | 'bought' | 'substituted') =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  return {
    pendingOrders: ordersOf(plan) - sum('orders'),
    unknownOrders: of('unknown')?.orders ?? 0,
    bought: sum('bought'),
    substituted: sum('substituted'),
    short: lacking('short'),
    refused: lacking('refused'),
    undelivered: lacking('undelivered'),
    unknown: lacking('unknown'),
    cancelled: lacking('cancelled'),
    pending: plan.requested - sum('requested'),
  };
}
