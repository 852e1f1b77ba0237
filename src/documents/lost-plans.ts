import { z } from 'zod';
import { document } from './fields.ts';

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
