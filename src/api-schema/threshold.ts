import { z } from 'zod';
import type { Threshold as ThresholdDocument } from '../threshold.ts';

export const Threshold = z
  .object({
    aboveNumbers: z
      .int()
      .min(0)
      .nullable()
      .describe('purchases of more numbers wait; null: no count waits'),
    aboveMoney: z
      .string()
      .nullable()
      .describe('above this sum, once and in the first month; null: of any sum'),
    currency: z.string().nullable(),
    hours: z.int().describe('how long a question waits, and then how long a yes holds'),
  })
  .meta({ id: 'ApprovalRule' }) satisfies z.ZodType<ThresholdDocument>;
