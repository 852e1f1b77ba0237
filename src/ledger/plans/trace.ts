import type { Ledger } from '../ledger.ts';

/** The traceparent that a plan was submitted with; null when there is none, or no such plan. */
export async function traceOfPlan(ledger: Ledger, planId: number): Promise<string | null> {
  const [plan] = await ledger.query<{ traceparent: string | null }>(
    'select traceparent from ledger.plans where id = $1',
    [planId],
  );
  return plan?.traceparent ?? null;
}
