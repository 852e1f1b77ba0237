import { z } from 'zod';
import type { Threshold } from '../limits/index.ts';
import { AMOUNT, type PriceList } from '../prices/index.ts';
import { unknownNames } from '../reading/index.ts';

const LONGEST_HOURS = 720;
const HOURS = 72;
const MONEY = 'must be a text such as "1000.00"';

/** A whole number in a file. */
export const whole = (what: string, min: number, max: number) => {
  const error = `must be ${what} from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
};

/** `approval` of an account: above this threshold, another person must approve purchases. */
export const ThresholdEntry = z
  .strictObject(
    {
      aboveNumbers: whole('a whole number of numbers', 0, 100_000_000).optional(),
      aboveMoney: z.string({ error: MONEY }).regex(AMOUNT, MONEY).optional(),
      hours: whole('a whole number of hours', 1, LONGEST_HOURS).default(HOURS),
    },
    { error: unknownNames('must be an object, such as {"aboveNumbers": 500}') },
  )
  .refine(
    ({ aboveNumbers, aboveMoney }) => aboveNumbers !== undefined || aboveMoney !== undefined,
    'needs aboveNumbers or aboveMoney',
  );

/** Null without one, and with faults: a sum of money means nothing without prices. */
export function readThreshold(
  said: z.infer<typeof ThresholdEntry> | undefined,
  prices: PriceList | null,
  who: string,
  faults: string[],
): Threshold | null {
  if (said === undefined) return null;
  const { aboveNumbers = null, aboveMoney = null, hours } = said;
  if (aboveMoney === null) return { aboveNumbers, aboveMoney, currency: null, hours };
  if (prices === null) {
    faults.push(
      `${who} aboveMoney needs pricesFile: without prices nobody knows what a plan costs.`,
    );
    return null;
  }
  return { aboveNumbers, aboveMoney, currency: prices.currency, hours };
}
