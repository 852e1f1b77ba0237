import { z } from 'zod';
import { document, textOrNull } from './fields.ts';

/** The threshold above which another person must approve an account's purchases. */
export const Threshold = document('Threshold', {
  aboveNumbers: z
    .int()
    .min(0)
    .nullable()
    .describe('purchases of more numbers wait; null: no count waits'),
  aboveMoney: textOrNull.describe(
    'purchases of a larger sum, once and in the first month, wait; null: no sum waits',
  ),
  currency: textOrNull,
  hours: z.int().describe('how long a question waits, and then how long an approval holds'),
});
export type Threshold = z.output<typeof Threshold>;
