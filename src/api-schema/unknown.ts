/** The API's answers about unknown orders, and about settling them. */
import { z } from 'zod';
import type { UnknownOrder as UnknownDocument } from '../ledger/index.ts';
import { areaCode, asked, count, time } from './documents.ts';

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

export const Accepted = z
  .object({
    settled: z.array(Settled),
    left: z
      .array(z.object({ order: z.int(), why: z.string() }))
      .describe('clear verdicts that could not be accepted'),
  })
  .meta({ id: 'Accepted' });
