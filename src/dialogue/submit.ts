import { areaCodesFor, type MeantAccount } from '../config/index.ts';
import { type CheckedFile, type Consent, refuseBadPlan } from '../operations/index.ts';
import { checkPlan } from '../plan/index.ts';
import {
  type Defaults,
  defaultsOf,
  howToMend,
  listNotes,
  type PlanInput,
} from '../terminal/index.ts';

type Wishes = MeantAccount & Pick<Consent, 'acceptWarnings'> & { again?: boolean } & Defaults;

/** Checks a plan before it is stored. Throws AppError `bad_plan` that lists its errors. */
export async function checkOrRefuse(
  { path, name }: PlanInput,
  { again = false, acceptWarnings = false, defaultQuantity, keepTrying, ...meant }: Wishes,
): Promise<CheckedFile> {
  const reading = defaultsOf({ defaultQuantity, keepTrying });
  const from = performance.now();
  const check = await checkPlan(path, { ...reading, areaCodes: await areaCodesFor(meant) });
  const checked = { from, to: performance.now() };
  const errors = listNotes(check.faults, check.faultCount);
  const mending = howToMend(name === path ? path : '-', check, { defaultQuantity, keepTrying });
  refuseBadPlan(check, name, [...errors, ...mending]);
  return { path, check, reading, again, acceptWarnings, checked };
}
