import type { PlanDocument } from '../../documents/index.ts';
import {
  AREA_CODES_SHOWN,
  type PlanCheck,
  refuseUnanswered,
  unanswered,
  type Warning,
} from '../../plan/index.ts';
import type { Queries } from '../ledger.ts';
import { findPlan, noSuchPlan } from './find.ts';

const LADDERS_KEPT = 20;

/** Results of a plan's check that cannot be counted again without reading all its lines. */
export type KeptCheck = ReturnType<typeof keptCheck>;

/** What is stored with the plan. `isAccepted`: the submitter accepted the warnings. */
export function keptCheck(check: PlanCheck, isAccepted: boolean) {
  const { bytes, slots, types, fallbackLines, mayBeTollfree, keepTryingLines } = check;
  const { warningCount, warnings, numberingDate, encoding, delimiter } = check;
  return {
    ...{ bytes, slots, types, fallbackLines, mayBeTollfree, keepTryingLines },
    ...{ warningCount, warnings, numberingDate, encoding, delimiter, isAccepted },
    areaCodes: check.areaCodes.slice(0, AREA_CODES_SHOWN),
    areaCodeCount: check.areaCodes.length,
    ladders: check.ladderWords.slice(0, LADDERS_KEPT),
    ladderCount: check.ladders.length,
  };
}

/** Throws AppError `not_confirmed` for a live plan whose warnings are not accepted yet. */
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
