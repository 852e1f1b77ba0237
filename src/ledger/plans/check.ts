import {
  AREA_CODES_SHOWN,
  type AreaCodeSum,
  type NumberType,
  type PlanCheck,
  refuseUnanswered,
  unanswered,
  type Warning,
} from '../../plan/index.ts';
import type { Queries } from '../ledger.ts';
import { findPlan, noSuchPlan, type PlanDocument } from './find.ts';

/** Results of a plan's check that cannot be counted again without reading all its lines. */
export type KeptCheck = {
  bytes: number;
  /** Numbers of lines that also buy a slot for each. */
  slots: number;
  types: Record<NumberType, { lines: number; orders: number; numbers: number }>;
  /** The 20 with most numbers; none for a plan that was stored before they were checked. */
  areaCodes?: AreaCodeSum[];
  /** How many there are. */
  areaCodeCount?: number;
  /** Lines that may buy other numbers in place of their own; absent for an older plan. */
  fallbackLines?: number;
  /** What those are, for people: the first 20 different ladders, as one line each. */
  ladders?: string[];
  /** How many different ladders there are. */
  ladderCount?: number;
  /** Of the numbers of each type, those that may be toll-free instead. */
  mayBeTollfree?: Record<NumberType, number>;
  /** Lines that ask again for what is lacking. */
  keepTryingLines?: number;
  warningCount: number;
  /** The first 20. */
  warnings: Warning[];
  /** The submitter accepted the warnings. */
  isAccepted?: boolean;
  /** Of the report that its area codes were checked with; null or absent: none counted. */
  numberingDate?: string | null;
  encoding: string;
  delimiter: string;
};

const WARNINGS_KEPT = 20;
const LADDERS_KEPT = 20;

/** As it is stored with the plan. */
export function keptCheck(check: PlanCheck, isAccepted: boolean): string {
  const { bytes, slots, types, warningCount, encoding, delimiter } = check;
  const warnings = check.warnings.slice(0, WARNINGS_KEPT);
  const areaCodes = check.areaCodes.slice(0, AREA_CODES_SHOWN);
  const areaCodeCount = check.areaCodes.length;
  const { fallbackLines, mayBeTollfree, keepTryingLines, numberingDate } = check;
  const ladders = check.ladderWords.slice(0, LADDERS_KEPT);
  const ladderCount = check.ladders.length;
  const sums = { bytes, slots, types, areaCodes, areaCodeCount, warningCount };
  const instead = { fallbackLines, mayBeTollfree, ladders, ladderCount, keepTryingLines };
  const read = { numberingDate, encoding, delimiter };
  const kept: KeptCheck = { ...sums, ...instead, warnings, isAccepted, ...read };
  return JSON.stringify(kept);
}

/**
 * With live keys a plan starts only when its warnings that may cost money have been accepted.
 * Throws AppError `not_confirmed`.
 */
export async function refuseUnacceptedStart(tx: Queries, planId: number): Promise<void> {
  const open = openWarnings(await findPlan(tx, planId), await findCheck(tx, planId));
  refuseUnanswered(`Plan ${planId}`, open);
}

/** Warnings that a person must still accept before the plan starts. */
export function openWarnings(
  { state, mode }: Pick<PlanDocument, 'state' | 'mode'>,
  check: KeptCheck | null,
): Warning[] {
  if (state !== 'ready' || mode !== 'live' || !check || check.isAccepted) return [];
  return unanswered(check.warnings);
}

/** Null for a plan from before checks were kept. Throws AppError `not_found`. */
export async function findCheck(ledger: Queries, planId: number): Promise<KeptCheck | null> {
  const [row] = await ledger.query<{ checked: KeptCheck | null }>(
    'plan_check',
    'select checked from ledger.plans where id = $1',
    [planId],
  );
  if (!row) throw noSuchPlan(planId);
  return row.checked;
}
