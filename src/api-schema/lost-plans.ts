import { z } from 'zod';
import type { LostPlan as LostPlanDocument } from '../ledger/index.ts';
import { document } from './fields.ts';

const LostPlan = document('LostPlan', {
  file: z.string().describe("the SHA-256 of the plan's file, in hex"),
  copy: z.int().describe('which copy of the file it was, from 1'),
  numbers: z.int().describe('the numbers that it asked for'),
  sent: z.int().nullable().describe('how many of its orders were sent; null: it is back'),
  planId: z.int().nullable().describe('the plan as which it is back; null: it is lost'),
  isDismissed: z.boolean().describe('no other plan waits for it'),
}) satisfies z.ZodType<LostPlanDocument>;

export const LostPlanList = document('LostPlanList', { lostPlans: z.array(LostPlan) });
