import type { NumberType, PlanCheck, Warning } from '../plan/index.ts';
import type { Ledger } from './ledger.ts';
import { noSuchPlan } from './plans.ts';

/** What a plan's check said that cannot be counted anew without reading all its lines. */
export type KeptCheck = {
  bytes: number;
  /** Numbers of lines that also buy a slot for each. */
  slots: number;
  types: Record<NumberType, { lines: number; orders: number; numbers: number }>;
  warningCount: number;
  /** The first 20. */
  warnings: Warning[];
  encoding: string;
  delimiter: string;
};

const WARNINGS_KEPT = 20;

/** As it is stored with the plan. */
export function keptCheck(check: PlanCheck): string {
  const { bytes, slots, types, warningCount, encoding, delimiter } = check;
  const warnings = check.warnings.slice(0, WARNINGS_KEPT);
  const kept: KeptCheck = { bytes, slots, types, warningCount, warnings, encoding, delimiter };
  return JSON.stringify(kept);
}

/** Null for a plan that was submitted before checks were kept. Throws AppError `not_found`. */
export async function findCheck(ledger: Ledger, planId: number): Promise<KeptCheck | null> {
  const [row] = await ledger.query<{ checked: KeptCheck | null }>(
    'plan_check',
    'select checked from ledger.plans where id = $1',
    [planId],
  );
  if (!row) throw noSuchPlan(planId);
  return row.checked;
}
