import { usageError } from '../errors.ts';
import {
  type By,
  type Dismissal,
  type ForeignWish,
  type Overruled,
  readPhoneNumbers,
} from '../ledger/index.ts';
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

/** As a person says it: in options, in JSON or in a form. Phone numbers, separated by commas. */
export type SaidForeign = {
  foreign?: string | undefined;
  notForeign?: string | undefined;
  againstEvidence?: Overruled | undefined;
  why?: string | undefined;
};

export type SignedForeign = ForeignWish & { by: By & { why: string } };

/** Throws AppError `invalid_usage` when something is missing, or does not go together. */
export function readForeign(
  { foreign, notForeign, againstEvidence = false, why }: SaidForeign,
  signer: By,
): SignedForeign {
  const named = foreign ?? notForeign;
  if (named === undefined || (foreign !== undefined && notForeign !== undefined))
    throw usageError('Say either --foreign N,N or --not-foreign N,N.');
  const undo = foreign === undefined;
  if (undo && againstEvidence === true)
    throw usageError('--against-evidence goes with --foreign N,N.');
  const signed = requireSigned(signer, why);
  return { numbers: readPhoneNumbers(named), undo, againstEvidence, by: signed };
}
