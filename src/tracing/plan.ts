import { type Ledger, traceOfPlan } from '../ledger/index.ts';
import { type TracedOperation, type Traces, within } from './traces.ts';

/** Runs work on a plan as a part of the trace that began when the plan was submitted. */
export async function tracePlan<T>(
  { ledger, traces }: { ledger: Ledger; traces?: Traces | undefined },
  plan: number,
  operation: TracedOperation,
  work: () => Promise<T>,
): Promise<T> {
  if (!traces) return work();
  const of = await traceOfPlan(ledger, plan);
  return within(traces.begin(operation, { of, facts: { plan } }), work);
}
