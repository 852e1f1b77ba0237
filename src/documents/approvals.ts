import { z } from 'zod';
import { count, document, mode, textOrNull, time } from './fields.ts';
import { Cost } from './prices.ts';

const facts = z.object({
  orders: count.describe('how many orders it sends'),
  numbers: count.describe('numbers that these ask for'),
  before: count.describe(
    'numbers that count with it: of started plans of its lines, or sent again since an approval',
  ),
  cost: Cost.nullable().describe('the most that it costs alone; null: not known'),
  prices: textOrNull.describe('the hash of the prices that count'),
  warnings: z.array(z.string()).describe("the first of the plan's warnings"),
  warningCount: count,
  numbering: textOrNull.describe("the day of NANPA's report that the plan used"),
  firstOrders: z.array(z.int()).describe('of a retry or a settlement: the first 20 orders'),
});

export const Approval = document('Approval', {
  id: z.int(),
  kind: z.enum(['start', 'retry', 'settle']),
  state: z
    .enum(['waiting', 'given', 'used', 'refused', 'lapsed'])
    .describe('`lapsed`: too late, or no longer what would be bought'),
  plan: z.int(),
  planName: z.string(),
  account: z.string(),
  mode,
  numbers: z.int().describe('what may be bought, with what counts with it'),
  money: textOrNull.describe(
    'the most that this costs, once and in the first month; null: not known',
  ),
  currency: textOrNull,
  facts,
  /** See `noteEvent`. */
  askedBy: z.string(),
  by: textOrNull.describe('the name that was given beside it; it proves nothing'),
  why: textOrNull,
  askedAt: time,
  expiresAt: time,
  answeredBy: textOrNull,
  answeredAt: time.nullable(),
  refusal: textOrNull.describe('why it was refused'),
  usedBy: textOrNull,
  usedAt: time.nullable(),
  barred: z.array(z.string()).describe('whose own it is: none of these may answer it'),
});
export type Approval = z.output<typeof Approval>;

export const ApprovalList = z.object({ approvals: z.array(Approval) });
