import { z } from 'zod';
import { count, document, mode, nextPage, textOrNull, time } from './fields.ts';
import { obstacles } from './plans.ts';
import { PriceList } from './prices.ts';

/** A limit, and what counts toward it by now. */
export const LimitState = document('Limit', {
  /** As `personOf` folds the name, or EVERYBODY. */
  person: textOrNull.describe(
    'whom it applies to; `*`: each person who is not named; null: all together',
  ),
  period: z.enum(['plan', 'day', 'month']).describe('days and months are those of UTC'),
  numbers: count.nullable(),
  /** A decimal text, as all money. */
  money: textOrNull.describe('paid once and for the first month, in the currency of the prices'),
  /** Null for what has no state: the limit of a plan, and that of EVERYBODY. */
  spent: z
    .object({
      numbers: count,
      money: textOrNull.describe(
        'null: something that counts has no price in the currency of the prices',
      ),
    })
    .nullable()
    .describe('in the current period; orders in flight and unknown count in full'),
  isEverybodys: z.boolean().describe('the person is not named, and it is the limit of `*`'),
});
export type LimitState = z.output<typeof LimitState>;

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

export const Account = document('Account', {
  id: z.int(),
  name: z.string(),
  mode,
  rate: z.number().nullable().describe('orders per second, all workers together; null: no pace'),
  pausedReason: textOrNull.describe('when set, nothing is sent until a person resumes it'),
  /** Two pauses may have the same reason. Valid until the database restarts. */
  pauseId: textOrNull.describe('names that pause; null: it is not paused'),
  dailyNumbers: count.nullable().describe('numbers that may be bought per day (UTC)'),
  /** 0 when no order fits any more. */
  leftToday: count
    .nullable()
    .describe('how many of them are left today; null without a daily limit'),
  monthlyNumbers: count.nullable().describe('numbers that may be bought per month (UTC)'),
  leftThisMonth: count
    .nullable()
    .describe('how many of them are left this month; null without a monthly limit'),
  /** A minute from now while a worker must compare. */
  resumeAt: time.nullable().describe('when in the future, it rests until then'),
  restReason: textOrNull.describe('why it rests; null when the vendor asked for it'),
  prices: PriceList.nullable().describe('what it pays; null: not known'),
  limits: z.array(LimitState).describe('what may be bought with it'),
  approval: Threshold.nullable().describe('what waits for an approval; null: nothing does'),
});
export type Account = z.output<typeof Account>;

export const AccountList = z.object({ accounts: z.array(Account) });

export const ObservedAccount = document('AccountState', {
  ...Account.shape,
  inFlight: count,
  unknown: count,
  /** Those that were heard of lately. */
  workers: z.array(z.object({ name: z.string(), seenAt: time })),
  recent: z
    .string()
    .describe(
      'the last answers, newest last: `u` is unknown, `.` is another; blank without an unknown',
    ),
  hasAnswers: z.boolean().describe('whether one of its orders was ever answered'),
  obstacles,
});
export type ObservedAccount = z.output<typeof ObservedAccount>;
/** What the ledger alone knows of it. */
export type AccountState = Omit<ObservedAccount, 'obstacles'>;

export const Stray = document('Stray', {
  number: z.string(),
  listedAt: time.describe('when the list was read to which it came, or came back'),
  order: z
    .int()
    .nullable()
    .describe('the unknown order that bought it, by the verdict on it; null: there is none'),
  isForeign: z.boolean().describe('a person said that it was bought outside this program'),
});
export type Stray = z.output<typeof Stray>;

export const StrayList = document('StrayList', {
  strays: z.array(Stray),
  next: nextPage('after'),
});

export const NumberList = document('NumberList', {
  numbers: z.array(z.string()).describe('the numbers that the request named'),
});

export const LostPlan = document('LostPlan', {
  file: z.string().describe("the SHA-256 of the plan's file, in hex"),
  copy: z.int().describe('which copy of the file it was, from 1'),
  numbers: z.int().describe('the numbers that it asked for'),
  /** As far as the witness knows. */
  sent: z.int().nullable().describe('how many of its orders were sent; null: it is back'),
  planId: z.int().nullable().describe('the plan as which it is back; null: it is lost'),
  isDismissed: z.boolean().describe('no other plan waits for it'),
});
export type LostPlan = z.output<typeof LostPlan>;

export const LostPlanList = document('LostPlanList', { lostPlans: z.array(LostPlan) });
