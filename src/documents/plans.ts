import { z } from 'zod';
import { OBSTACLE_KINDS } from '../obstacle-kinds.ts';
import { areaCode, count, document, mode, nextPage, textOrNull, time, type } from './fields.ts';
import { BoughtCost, PlannedCost } from './prices.ts';

/** Something in the file that must be corrected before anything is bought. */
export const Fault = document('Fault', {
  /** That on which its row begins. */
  line: z.int().describe("the file's line, from 1"),
  /** Our name of it, even if the file has another; '' when it is not about one column. */
  column: z.string(),
  /** The cell's text, shortened and printable; '' when the cell is blank. */
  found: z.string(),
  expected: z.string(),
  /** A sentence or two: what is wrong and what to do. */
  message: z.string(),
});
export type Fault = z.output<typeof Fault>;

/** Something that may be intended, but that a person should know before buying. */
export const Warning = z.object({
  line: z.int(),
  column: z.string(),
  message: z.string(),
  needsAnswer: z
    .literal(true)
    .optional()
    .describe('it may cost money: with a live account, accept it before the start'),
});
export type Warning = z.output<typeof Warning>;

export const FaultyPlan = document('FaultyPlan', {
  error: z.looseObject({
    code: z.enum(['bad_plan', 'bad_file']),
    message: z.string(),
    faultCount: count.optional(),
    faultyRows: count.optional(),
    faults: z.array(Fault).optional().describe('the first 100'),
    warningCount: count.optional(),
    warnings: z.array(Warning).optional().describe('the first 100'),
  }),
});

export const EarlierPlan = document('EarlierPlan', {
  error: z.looseObject({
    code: z.enum(['duplicate_file', 'idempotency_key_reused']),
    message: z.string(),
    plan: z.int().optional().describe('the plan that was there before'),
    shared: count.optional().describe('lines that both have, when these are not all'),
    passedOver: z
      .array(z.string())
      .optional()
      .describe('columns of the file whose cells make no other line, such as an order date'),
  }),
});

export const Obstacle = document('Obstacle', {
  kind: z.enum(OBSTACLE_KINDS),
  /** Without a command: pages and terminals add their own. */
  words: z.string().describe('a sentence for a person'),
  cause: textOrNull.describe(
    'why the account was paused, or what the last order met; null: the kind says all',
  ),
  until: time
    .nullable()
    .describe('when it ends by itself; null: when a person acts, or nobody knows'),
});
export type Obstacle = z.output<typeof Obstacle>;

export const obstacles = z
  .array(Obstacle)
  .describe('what keeps orders from being sent, most important first');

/** What became of numbers: `requested` is the sum of these, without `substituted`. */
const sums = {
  bought: count,
  short: count,
  refused: count,
  undelivered: count,
  unknown: count,
  cancelled: count,
  pending: count,
  substituted: count.describe('of `bought`: in place of what was asked for, by its fallback'),
};

/** Everything about a plan. It has no obstacles unless it runs and has something pending. */
export const ObservedPlan = document('Plan', {
  id: z.int(),
  name: z.string(),
  state: z
    .enum(['ready', 'running', 'standing', 'paused', 'finished', 'cancelled'])
    .describe('standing: nothing is pending, and some lines will be tried again'),
  reason: textOrNull.describe(
    'why it or its account is paused, why it waits, or why it is cancelled',
  ),
  account: z.string(),
  mode,
  lines: count,
  orders: count.describe('as the plan was split'),
  successors: count.describe('orders made besides, for what those were proven to lack'),
  /** Orders that are waiting or being sent. */
  pendingOrders: count,
  sendingOrders: count.describe('of the pending ones, those that were sent and not answered yet'),
  unknownOrders: count,
  requested: count.describe(
    '= bought + short + refused + undelivered + unknown + cancelled + pending, in numbers',
  ),
  ...sums,
  standing: z
    .object({
      lines: count.describe('lines that wait for their next try'),
      nextAt: time.nullable().describe('the next try of any of them; null: none comes'),
      until: time.describe('when the last of them ends'),
    })
    .nullable()
    .describe('its lines that are tried again by themselves; null: none waits for that'),
  revision: count.describe('how often it became standing or ended with other sums'),
  /** They are paid for. */
  surplus: count.describe(
    'numbers that the vendor named for orders that do not have them; not part of the sum',
  ),
  rate: z.number().nullable().describe('orders per second of the account; null: no pace'),
  isMoving: z.boolean().describe('it runs, and has no obstacles'),
  isCancelling: z
    .boolean()
    .describe('it is cancelled, and some of its orders are still to be taken back, or being sent'),
  /** For what is pending, by the pace and the limits on numbers. */
  etaSeconds: z
    .int()
    .nullable()
    .describe(
      'null without a pace, while an obstacle has no known end, while it stands, and while only ' +
        'answers are awaited',
    ),
  /** Null without a pace, unless a limit holds it up. */
  secondsNeeded: z.int().nullable().describe('how long the pending orders take, without obstacles'),
  obstacles,
  sha256: z.string(),
  submittedBy: z.string(),
  submittedAt: time,
  heldUntil: time.nullable().describe("until when a person's limit pauses it; null: none does"),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export type ObservedPlan = z.output<typeof ObservedPlan>;
/** Before anybody has looked for obstacles it moves while it runs and its account is not paused. */
export type PlanDocument = Omit<ObservedPlan, 'obstacles'>;
export type StandingLines = NonNullable<PlanDocument['standing']>;
export type Sums = Pick<PlanDocument, keyof typeof sums>;

export const LedgerEvent = document('Event', {
  id: z.int(),
  at: time,
  kind: z.string(),
  who: z
    .string()
    .describe('who signed in; `system:USER` where nobody does; or a part of the program'),
  by: textOrNull.describe('the name that was given beside it, which proves nothing'),
  why: textOrNull,
  planId: z.int().nullable(),
  orderId: z.int().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type LedgerEvent = z.output<typeof LedgerEvent>;

export const ShownPlan = document('ShownPlan', {
  ...ObservedPlan.shape,
  slots: count.describe('numbers that also buy a slot, a second cost'),
  mayCost: PlannedCost.nullable().describe('what it may cost; null: without prices'),
  cost: BoughtCost.nullable().describe('what it has cost, by the prices of its start'),
  openWarnings: z.array(Warning).describe('those to accept before the start'),
  events: z.array(LedgerEvent).describe('the last 50, newest first'),
});
export type ShownPlan = z.output<typeof ShownPlan>;

export const RetriedPlan = document('RetriedPlan', {
  ...ShownPlan.shape,
  retried: count.describe('orders that wait again'),
});

export const PlanList = document('PlanList', {
  plans: z.array(ObservedPlan),
  next: nextPage('before'),
  total: count.describe('of all pages'),
});

/** The parameters of a line's orders. Null is not sent to the vendor. */
export const orderOptions = {
  fillQuantity: z.boolean(),
  cleansedOnly: z.boolean().nullable(),
  distance: z.int().nullable(),
  smsSupported: z.boolean().nullable(),
  orderSlot: z.boolean().nullable(),
  allowOverlay: z.boolean().nullable(),
};

export const Line = document('Line', {
  line: z.int(),
  areaCode,
  type,
  requested: count,
  ...orderOptions,
  fallback: textOrNull.describe('what may be bought in place of its own numbers'),
  keepTrying: textOrNull.describe('how long what is lacking is asked for again'),
  ...sums,
  reason: textOrNull,
  extra: z.array(z.string()).describe("the cells of the plan's own columns"),
});

export const LineList = document('LineList', {
  columns: z.array(z.string()).describe("the names of the plan's own columns"),
  lines: z.array(Line),
  previous: z.int().nullable().describe('`before` of the page before; null on the first one'),
  next: nextPage('after'),
  total: count
    .nullable()
    .describe('of all pages; null with a filter or a search, whose lines are not counted'),
});

export const Progress = document('Progress', {
  at: time,
  orders: count.describe('orders that are no longer pending; the other fields count numbers'),
  bought: count,
  missing: count,
  unknown: count,
  cancelled: count,
});
export type Progress = z.output<typeof Progress>;
