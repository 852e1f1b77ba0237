/** The API's answers about unknown orders, and about settling them. */
import { z } from 'zod';
import type { ClearVerdict, OpenOrder, UnknownOrder as UnknownDocument } from '../ledger/index.ts';
import { areaCode, asked, count, time, type } from './documents.ts';

export const Unknown = z
  .object({
    order: z.int(),
    attempt: z.int().describe('which of its attempts is unknown'),
    plan: z.int(),
    line: z.int(),
    areaCode,
    insteadOf: z
      .string()
      .nullable()
      .describe(
        'the area code of the line, in whose place the order buys; null: what the line asks for',
      ),
    type: z.string(),
    quantity: z.int(),
    ...asked,
    bought: count.describe('numbers of it that are recorded already'),
    sentAt: time,
    whatHappened: z.string(),
    status: z.int().nullable(),
    body: z.string().nullable().describe('what the vendor answered, keys removed'),
    disputed: z.array(z.string()),
    proposal: z
      .object({
        finding: z.enum(['bought', 'nothing', 'open', 'later']),
        numbers: z.array(z.string()),
        why: z.string(),
      })
      .nullable()
      .describe("what the vendor's list says of it; null while none was read"),
  })
  .meta({ id: 'Unknown' }) satisfies z.ZodType<UnknownDocument>;

export const UnknownList = z
  .object({
    total: count.describe('of all plans and pages'),
    orders: z.array(Unknown),
    next: z.int().nullable().describe('`after` of the next page; null on the last one'),
  })
  .meta({ id: 'UnknownList' });

export const Settled = z
  .object({ order: z.int(), state: z.string(), bought: count })
  .meta({ id: 'Settled' });

const line = z.int().describe('of the file');
const lacking = count.describe('how many of its numbers are missing');
const numbers = z.array(z.string());

const Verdict = z
  .object({
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
    verdict: z.string().describe('a short name of what it says: send it back to accept it'),
  })
  .meta({ id: 'Verdict' }) satisfies z.ZodType<ClearVerdict>;

export const VerdictList = z
  .object({
    total: count.describe('of all pages'),
    verdicts: z.array(Verdict),
    next: z.int().nullable().describe('`after` of the next page; null on the last one'),
  })
  .meta({ id: 'VerdictList' });

export const Accepted = z
  .object({
    settled: z.array(Settled),
    left: z
      .array(z.object({ order: z.int(), why: z.string() }))
      .describe('verdicts that could not be accepted: they became stale meanwhile'),
  })
  .meta({ id: 'Accepted' });

const Open = z
  .object({
    order: z.int(),
    plan: z.int(),
    planName: z.string(),
    line,
    areaCode,
    type,
    distance: z.int().nullable(),
    allowOverlay: z.boolean().nullable(),
    lacking,
    numbers: numbers.describe('what its verdict names; those that fit come first'),
    hasMore: z.boolean().describe('its verdict names more numbers'),
    why: z.string().describe('why the list cannot tell'),
  })
  .meta({ id: 'Open' }) satisfies z.ZodType<OpenOrder>;

export const OpenList = z
  .object({
    total: count.describe('of all pages'),
    lines: z.array(
      z.object({
        plan: z.int(),
        line,
        candidates: z
          .array(z.object({ number: z.string(), orders: z.array(z.int()) }))
          .describe('what its orders could have bought, and all orders that could have'),
        others: numbers.describe('what else is new, and no order asked for'),
        orders: z.array(Open).describe('all that could have bought the candidates'),
      }),
    ),
    next: z.int().nullable().describe('`after` of the next page; null on the last one'),
  })
  .meta({ id: 'OpenList' });
