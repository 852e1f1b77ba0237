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
      .describe('purchases of a larger sum, once and in the first month, wait; null: no sum waits'),
    currency: z.string().nullable(),
    hours: z.int().describe('how long a question waits, and then how long an approval holds'),
  })
  .meta({ id: 'Threshold' }) satisfies z.ZodType<ThresholdDocument>;
