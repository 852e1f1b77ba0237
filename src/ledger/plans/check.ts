import type { PlanDocument } from '../../documents/index.ts';
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
import { findPlan, noSuchPlan } from './find.ts';

/** Results of a plan's check that cannot be counted again without reading all its lines. */
export type KeptCheck = {
  bytes: number;
  /** Numbers of lines that also buy a slot for each. */
  slots: number;
  types: Record<NumberType, { lines: number; orders: number; numbers: number }>;
  /** The 20 with most numbers; none where area codes were not checked. */
  areaCodes: AreaCodeSum[];
  /** How many there are. */
  areaCodeCount: number;
  /** Lines that may buy other numbers in place of their own. */
  fallbackLines: number;
  /** What those are, for people: the first 20 different ladders, as one line each. */
  ladders: string[];
  /** How many different ladders there are. */
  ladderCount: number;
  /** Of the numbers of each type, those that may be toll-free instead. */
  mayBeTollfree: Record<NumberType, number>;
  /** Lines that ask again for what is lacking. */
  keepTryingLines: number;
  warningCount: number;
  /** The first 20. */
  warnings: Warning[];
  /** The submitter accepted the warnings. */
  isAccepted: boolean;
  /** Of the report that its area codes were checked with; null: they were not. */
  numberingDate: string | null;
  encoding: string;
  delimiter: string;
};

const WARNINGS_KEPT = 20;
const LADDERS_KEPT = 20;

/** As it is stored with the plan. */
export function keptCheck(check: PlanCheck, isAccepted: boolean): string {
  const { bytes, slots, types, fallbackLines, mayBeTollfree, keepTryingLines } = check;
  const { warningCount, numberingDate, encoding, delimiter } = check;
  const kept: KeptCheck = {
    ...{ bytes, slots, types, fallbackLines, mayBeTollfree, keepTryingLines },
    ...{ warningCount, numberingDate, encoding, delimiter, isAccepted },
    areaCodes: check.areaCodes.slice(0, AREA_CODES_SHOWN),
    areaCodeCount: check.areaCodes.length,
    ladders: check.ladderWords.slice(0, LADDERS_KEPT),
    ladderCount: check.ladders.length,
    warnings: check.warnings.slice(0, WARNINGS_KEPT),
  };
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
  { isAccepted, warnings }: KeptCheck,
): Warning[] {
  return state === 'ready' && mode === 'live' && !isAccepted ? unanswered(warnings) : [];
}

/** Throws AppError `not_found`. */
export async function findCheck(ledger: Queries, planId: number): Promise<KeptCheck> {
  const [row] = await ledger.query<{ checked: KeptCheck }>(
    'select checked from ledger.plans where id = $1',
    [planId],
  );
  if (!row) throw noSuchPlan(planId);
  return row.checked;
}
