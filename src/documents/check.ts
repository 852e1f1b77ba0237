import { z } from 'zod';
import { LimitState } from './accounts.ts';
import { count, document, textOrNull, time, type } from './fields.ts';
import { Fault, Warning } from './plans.ts';
import { PlannedCost } from './prices.ts';

const sum = z.object({ lines: count, orders: count, numbers: count });

const Step = z.object({
  rung: count.describe('its place in the cell, from 1'),
  name: z.string().describe('the rung without its cap, such as `nearby:25`'),
  areaCode: textOrNull.describe('3 digits; null for `tollfree`'),
  type,
  /** Rounded to a tenth. Centres are rough. */
  miles: z.number().nullable().describe("from the line's area code; null: not known"),
  cap: z.int().nullable().describe('the most numbers of the whole rung for one line'),
});

const Ladder = document('Ladder', {
  type,
  areaCode: textOrNull.describe('3 digits; null for `true800`'),
  fallback: z.string().describe('the cell'),
  /** No area code comes twice, and never the line's own. */
  steps: z.array(Step).describe('what is bought in place of it, in order'),
  words: z.string().describe('the same for people, on one line'),
});

/** The sums count the lines that could be bought. */
export const Check = document('Check', {
  ...sum.shape,
  sha256: z.string().describe("of the file's bytes"),
  bytes: count,
  /** Those that are not blank, without the header: also invalid and skipped ones. */
  rows: count,
  slots: count.describe('numbers that also buy a slot, a second cost'),
  types: z.object({ local: sum, tollfree: sum, true800: sum, canadian_local: sum }),
  /** None where area codes were not checked. */
  areaCodes: z
    .array(
      z.object({
        areaCode: z.string().describe('3 digits'),
        place: textOrNull.describe("where NANPA's report has it; null: not assigned"),
        lines: count,
        numbers: count,
        exchanges: z
          .array(z.string())
          .optional()
          .describe('of area codes with 6 digits, the last 3: the first six different ones'),
        firm: z
          .object({ local: count, canadian_local: count, slots: count })
          .describe('of lines without a fallback'),
      }),
    )
    .describe('most numbers first'),
  fallbackLines: count.describe('lines that may buy other numbers in place of their own'),
  ladderCount: count.describe('different ladders of all lines'),
  ladders: z.array(Ladder).describe("the first 100, in the plan's order"),
  mayBeTollfree: z
    .object({ local: count, tollfree: count, true800: count, canadian_local: count })
    .describe('numbers of each type that a fallback may buy as toll-free ones instead'),
  keepTryingLines: count.describe('lines that ask again for what is lacking'),
  numberingDate: textOrNull.describe("the day of NANPA's report, `YYYY-MM-DD`"),
  faultCount: count,
  faultyRows: count,
  /** Those of the whole file come first, then the others in the file's order. */
  faults: z.array(Fault).describe('the first 100'),
  warningCount: count,
  /** Those of the whole plan and those that need an answer come first: none of them is cut. */
  warnings: z.array(Warning).describe('the first 100'),
  extraColumns: z.array(z.string()).describe("the plan's own columns"),
  resultColumns: z
    .array(z.string())
    .describe('what those are called in the results, in the same order'),
  /** `utf-8`, `utf-16le` or `utf-16be`; '' when reading ended too early to know. */
  encoding: z.string(),
  /** One character; '' when reading ended too early to know. */
  delimiter: z.string(),
});
export type Check = z.output<typeof Check>;

/** What the newest plan that bought in an area code met there. */
export const StockMet = document('StockMet', {
  areaCode: z.string().describe('3 digits'),
  plan: z.int().describe('the newest one that asked for numbers there'),
  startedAt: time,
  /** Numbers, of orders that have ended by proof. */
  asked: count,
  bought: count,
});
export type StockMet = z.output<typeof StockMet>;

const stock = z.array(StockMet).describe('area codes that no recent plan asked for are left out');

export const StockList = document('StockList', { stock });

export const CheckedPlan = document('CheckedPlan', {
  ...Check.shape,
  stock: stock.describe('what earlier plans found in its area codes'),
  mayCost: PlannedCost.nullable().describe(
    'by the prices of the account, which is named or the only one; null: without prices',
  ),
  limits: z
    .array(LimitState)
    .describe('the limits of that account that count for the caller, and what is spent of them'),
});
