import { areaCodesFor, type MeantAccount } from '../config/index.ts';
import { counted } from '../english.ts';
import { AppError, hasCode } from '../errors.ts';
import type { Account, By, PlannedCost } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import {
  type CheckedFile,
  type Consent,
  type Operations,
  refuseBadPlan,
} from '../operations/index.ts';
import { checkPlan, type PlanCheck } from '../plan/index.ts';
import {
  type Defaults,
  defaultsOf,
  howToMend,
  listNotes,
  type PlanInput,
  say,
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

/**
 * Says before a live account buys a file which plans of other live accounts are of the same file:
 * one account does not know what another bought. Looks at the newest plans.
 */
export async function sayElsewhere(
  operations: Operations,
  account: Account,
  { sha256 }: Pick<PlanCheck, 'sha256'>,
): Promise<void> {
  if (account.mode !== 'live') return;
  for (const plan of await operations.plans()) {
    const { id, name, account: other, mode, bought, unknown, endedAt } = plan;
    const isElsewhere = plan.sha256 === sha256 && mode === 'live' && other !== account.name;
    if (!isElsewhere || (bought + unknown === 0 && endedAt !== null)) continue;
    const open = endedAt === null ? ', and has not ended' : '';
    const doubt = unknown > 0 ? ` and perhaps ${counted(unknown, 'unknown number')}` : '';
    say(
      `This file was submitted before: plan ${id} (${name}) has bought ` +
        `${counted(bought, 'number')}${doubt} of it for the account "${other}"${open}.`,
    );
  }
}

/** After these nobody knows whether it was done. */
const UNCLEAR = ['no_answer', 'ledger_down', 'internal'] as const;

/**
 * Starts a plan that was stored just now, at the prices that were shown. Throws as `steer` does;
 * whatever it throws, it says first that the plan is kept: its file must not be submitted again.
 */
export async function startStored(
  operations: Operations,
  id: number,
  by: By,
  mayCost: PlannedCost | null,
): Promise<ObservedPlan> {
  try {
    return await operations.steer(id, 'start', by, { prices: pricesShown(mayCost) });
  } catch (error) {
    const isUnclear = !(error instanceof AppError) || hasCode(error, ...UNCLEAR);
    say(
      isUnclear
        ? `Plan ${id} is stored, and may be started: do not submit it again. "show ${id}" tells.`
        : `Plan ${id} is stored and not started. Nothing is bought until "start ${id}".`,
    );
    throw error;
  }
}

/** By their hash, as a start compares them. */
export const pricesShown = (mayCost: PlannedCost | null | undefined): string =>
  mayCost?.prices ?? 'none';
