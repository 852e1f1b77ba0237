import { usageError } from '../errors.ts';
import type { By, Dismissal, Overruled } from '../ledger/index.ts';
import { requireSigned } from './settle.ts';

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
