import { z } from 'zod';
import type { ApprovalRule } from '../approval-rule.ts';
import type { PriceList } from '../prices/index.ts';

const LONGEST_HOURS = 720;
const HOURS = 72;
const MONEY = 'must be a text such as "1000.00"';

const whole = (what: string, min: number, max: number) => {
  const error = `must be ${what} from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
};

/** Above what an account's purchases wait for another person's yes. */
export const Approval = z
  .strictObject(
    {
      aboveNumbers: whole('a whole number of numbers', 0, 100_000_000).optional(),
      aboveMoney: z
        .string({ error: MONEY })
        .regex(/^(0|[1-9]\d{0,8})(\.\d{1,6})?$/, MONEY)
        .optional(),
      hours: whole('a whole number of hours', 1, LONGEST_HOURS).default(HOURS),
    },
    {
      error: ({ code, keys }) =>
        code === 'unrecognized_keys'
          ? `"${(keys as string[]).join('", "')}" is not known`
          : 'must be an object, such as {"aboveNumbers": 500}',
    },
  )
  .refine(
    ({ aboveNumbers, aboveMoney }) => aboveNumbers !== undefined || aboveMoney !== undefined,
    'needs aboveNumbers or aboveMoney',
  );

/** Null without one, and with faults: a sum of money means nothing without prices. */
export function readApproval(
  said: z.infer<typeof Approval> | undefined,
  prices: PriceList | null,
  who: string,
  faults: string[],
): ApprovalRule | null {
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
