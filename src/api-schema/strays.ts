import { z } from 'zod';
import type { Stray as StrayDocument } from '../ledger/index.ts';
import { count, document, time } from './fields.ts';

const Stray = document('Stray', {
  number: z.string(),
  firstSeenAt: time.describe('when the first list that had it was read'),
  isForeign: z.boolean().describe('a person said that it was bought outside this program'),
}) satisfies z.ZodType<Pick<StrayDocument, 'number' | 'firstSeenAt' | 'isForeign'>>;

export const StrayList = document('StrayList', {
  total: count.describe('of all pages'),
  strays: z.array(Stray),
  next: z.int().nullable().describe('`after` of the next page; null on the last one'),
});

export const NumberList = document('NumberList', {
  numbers: z.array(z.string()).describe('of which it was said'),
});
