import { usageError } from '../errors.ts';
import {
  type By,
  type Dismissal,
  dismissLostPlans,
  findAccount,
  type Ledger,
  type LostPlan,
  lostPlans,
  type Overruled,
} from '../ledger/index.ts';
import { requireSigned } from './settle.ts';

/** The lost plans of an account by file. Throws AppError `not_found`. */
export async function lostPlansOf(ledger: Ledger, account: string): Promise<LostPlan[]> {
  return lostPlans(ledger, (await findAccount(ledger, account)).id);
}

/** As a person says it: in options, in JSON or in a form. */
export type SaidDismissal = {
  /** The beginning of the SHA-256 of a lost plan's file. */
  dismiss?: string | undefined;
  againstEvidence?: Overruled | undefined;
  /** Names what a form showed. */
  seen?: string | undefined;
  why?: string | undefined;
};

export type SignedDismissal = Dismissal & { by: By & { why: string } };

/** So much of a hash that nobody types another one by mistake. */
const BEGINNING = /^[0-9a-f]{8,64}$/i;

/** `signer`: who says it. Throws AppError `invalid_usage` when something is missing. */
export function readDismissal(
  { dismiss, againstEvidence = false, seen, why }: SaidDismissal,
  signer: By,
): SignedDismissal {
  const file = dismiss?.trim() ?? '';
  if (!BEGINNING.test(file)) {
    throw usageError(
      "Say the first 8 or more digits of the SHA-256 of the lost plan's file: --dismiss SHA256.",
    );
  }
  return { file, againstEvidence, seen, by: requireSigned(signer, why) };
}

/** Dismisses the lost plans of a file. Throws as `dismissLostPlans` of the ledger does. */
export async function dismiss(
  ledger: Ledger,
  account: string,
  { by, ...dismissal }: SignedDismissal,
): Promise<LostPlan[]> {
  return dismissLostPlans(ledger, await findAccount(ledger, account), dismissal, by);
}
