import { z } from 'zod';
import type { Account as AccountDocument } from '../ledger/index.ts';
import type { LimitState } from '../limits/index.ts';
import type { ObservedAccount } from '../obstacles/index.ts';
import { obstacles } from './documents.ts';
import { count, document, mode, textOrNull, time } from './fields.ts';
import { PriceList } from './prices.ts';
import { Threshold } from './threshold.ts';

export const Limit = document('Limit', {
  person: textOrNull.describe(
    'whom it applies to; `*`: each person who is not named; null: all together',
  ),
  period: z.enum(['plan', 'day', 'month']).describe('days and months are those of UTC'),
  numbers: count.nullable(),
  money: textOrNull.describe('paid once and for the first month, in the currency of the prices'),
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
}) satisfies z.ZodType<LimitState>;

export const Account = document('Account', {
  id: z.int(),
  name: z.string(),
  mode,
  rate: z.number().nullable().describe('orders per second, all workers together; null: no pace'),
  pausedReason: textOrNull.describe('when set, nothing is sent until a person resumes it'),
  pauseId: textOrNull.describe('names that pause; null: it is not paused'),
  dailyNumbers: count.nullable().describe('numbers that may be bought per day (UTC)'),
  leftToday: count
    .nullable()
    .describe('how many of them are left today; null without a daily limit'),
  monthlyNumbers: count.nullable().describe('numbers that may be bought per month (UTC)'),
  leftThisMonth: count
    .nullable()
    .describe('how many of them are left this month; null without a monthly limit'),
  resumeAt: time.nullable().describe('when in the future, it rests until then'),
  restReason: textOrNull.describe('why it rests; null when the vendor asked for it'),
  prices: PriceList.nullable().describe('what it pays; null: not known'),
  limits: z.array(Limit).describe('what may be bought with it'),
  approval: Threshold.nullable().describe('what waits for an approval; null: nothing does'),
}) satisfies z.ZodType<AccountDocument>;

export const AccountList = z.object({ accounts: z.array(Account) });

export const AccountState = document('AccountState', {
  ...Account.shape,
  inFlight: count,
  unknown: count,
  workers: z.array(z.object({ name: z.string(), seenAt: time })),
  recent: z
    .string()
    .describe(
      'the last answers, newest last: `u` is unknown, `.` is another; blank without an unknown',
    ),
  hasAnswers: z.boolean().describe('whether one of its orders was ever answered'),
  obstacles,
}) satisfies z.ZodType<ObservedAccount>;
