import { z } from 'zod';
import { areaCode, count, document, nextPage, textOrNull, time, type } from './fields.ts';
import { orderOptions } from './plans.ts';

export const UnknownOrder = document('Unknown', {
  order: z.int(),
  /** Settling names the one that was looked at. */
  attempt: z.int().describe('which of its attempts is unknown'),
  plan: z.int(),
  line: z.int(),
  areaCode,
  insteadOf: textOrNull.describe(
    "the line's own area code when the order buys in another one; null when it buys there",
  ),
  type: z.string(),
  quantity: z.int(),
  ...orderOptions,
  bought: count.describe('numbers of it that are recorded already'),
  sentAt: time,
  takenBackAt: time.nullable().describe('when what settled it was taken back; null: nothing was'),
  whatHappened: z.string(),
  status: z.int().nullable(),
  body: textOrNull.describe('what the vendor answered, keys removed'),
  /** Numbers that the vendor named for it and that it does not have. Another may have them. */
  disputed: z.array(z.string()),
  proposal: z
    .object({
      finding: z.enum(['bought', 'nothing', 'open', 'later']),
      isClear: z.boolean().describe('nothing else explains the list'),
      numbers: z.array(z.string()),
      why: z.string(),
    })
    .nullable()
    .describe("what the vendor's list says of it; null while none was read"),
});
export type UnknownOrder = z.output<typeof UnknownOrder>;

export const UnknownList = document('UnknownList', {
  total: count.describe('of all plans and pages'),
  orders: z.array(UnknownOrder),
  next: nextPage('after'),
});

export const Settled = document('Settled', { order: z.int(), state: z.string(), bought: count });
export type Settled = z.output<typeof Settled>;

/** The area code beside it may be another one, which the order buys in its place. */
const line = z.int().describe('of the file');
const lacking = count.describe('how many of its numbers are missing');
const numbers = z.array(z.string());

export const ClearVerdict = document('Verdict', {
  order: z.int(),
  attempt: z.int().describe('which of its attempts it is about'),
  plan: z.int(),
  planName: z.string(),
  line,
  areaCode,
  type: z.string(),
  lacking,
  finding: z.enum(['bought', 'nothing']),
  numbers: numbers.describe('what it bought'),
  why: z.string().describe('the evidence'),
  /** See `nameOfVerdict`. */
  verdict: z.string().describe('a short name of what it says: send it back to accept it'),
});
export type ClearVerdict = z.output<typeof ClearVerdict>;

export const VerdictList = document('VerdictList', {
  total: count.describe('of all pages'),
  verdicts: z.array(ClearVerdict),
  next: nextPage('after'),
});

export const Accepted = document('Accepted', {
  settled: z.array(Settled),
  left: z
    .array(z.object({ order: z.int(), why: z.string() }))
    .describe('verdicts that could not be accepted: they became stale meanwhile'),
});
export type Accepted = z.output<typeof Accepted>;

/** An unknown order whose verdict is open: a person decides. */
export const UndecidedOrder = document('Open', {
  order: z.int(),
  plan: z.int(),
  planName: z.string(),
  line,
  areaCode,
  type,
  distance: z.int().nullable(),
  allowOverlay: z.boolean().nullable(),
  lacking,
  /** Without those that an order has by now. */
  numbers: numbers.describe('what its verdict names; those that fit come first'),
  hasMore: z.boolean().describe('its verdict names more numbers'),
  why: z.string().describe('why the list leaves it undecided'),
});
export type UndecidedOrder = z.output<typeof UndecidedOrder>;

export const OpenList = document('OpenList', {
  total: count.describe('of all pages'),
  lines: z.array(
    z.object({
      plan: z.int(),
      line,
      candidates: z
        .array(z.object({ number: z.string(), orders: z.array(z.int()) }))
        .describe('what its orders could have bought, and all orders that could have'),
      others: numbers.describe('what else is new, and no unknown order asked for'),
      orders: z.array(UndecidedOrder).describe('all that could have bought the candidates'),
    }),
  ),
  next: nextPage('after'),
});
