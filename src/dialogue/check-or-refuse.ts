import { areaCodesFor, type MeantAccount } from '../config/index.ts';
import { type CheckedFile, type Consent, refuseBadPlan } from '../operations/index.ts';
import { checkPlan } from '../plan/index.ts';
import { howToMend, listNotes, type PlanInput, quantityOf } from '../terminal/index.ts';

type Wishes = MeantAccount &
  Pick<Consent, 'acceptWarnings'> & { again?: boolean; defaultQuantity?: string };

/** Checks a plan before it is stored. Throws AppError `bad_plan` that lists its errors. */
export async function checkOrRefuse(
  { path, name }: PlanInput,
  { again = false, acceptWarnings = false, defaultQuantity, ...meant }: Wishes,
): Promise<CheckedFile> {
  const reading = quantityOf(defaultQuantity);
  const from = performance.now();
  const check = await checkPlan(path, { ...reading, areaCodes: await areaCodesFor(meant) });
  const checked = { from, to: performance.now() };
  const errors = listNotes(check.faults, check.faultCount);
  refuseBadPlan(check, name, [...errors, howToMend(name === path ? path : '-')]);
  return { path, check, reading, again, acceptWarnings, checked };
}
