import { usageError } from '../errors.ts';
import {
  acceptVerdict,
  type By,
  type Finding,
  isSystemUser,
  type Ledger,
  type LookedAttempt,
  type Overruled,
  readPhoneNumbers,
  type Settled,
  settleOrder,
  unsettleOrder,
} from '../ledger/index.ts';

/**
 * What becomes of an unknown order. No other attempt is touched than the one that was looked at.
 * `verdict`: the name of the one to accept.
 */
export type SettlementWish = LookedAttempt &
  (
    | { accept: true; verdict?: string | undefined; by: By }
    | { undo: true; by: By & { why: string } }
    | { finding: Finding; by: By & { why: string }; againstEvidence: Overruled }
  );

/** A settlement as a person says it: in options, in JSON or in a form. */
type SaidSettlement = LookedAttempt & {
  /** Phone numbers, separated by commas. */
  bought?: string | undefined;
  nothing?: true | undefined;
  accept?: true | undefined;
  undo?: true | undefined;
  againstEvidence?: Overruled | undefined;
  verdict?: string | undefined;
  why?: string | undefined;
};

/** Throws AppError `invalid_usage` when something is missing, or does not go together. */
export function readSettlement(said: SaidSettlement, signer: By): SettlementWish {
  const { bought, nothing, accept, undo, verdict, againstEvidence = false } = said;
  const { attempt, takenBackAt, seen } = said;
  const looked = { attempt, takenBackAt, seen };
  if ([bought, nothing, accept, undo].filter((each) => each !== undefined).length !== 1) {
    throw usageError('Say one of --bought N,N, --nothing, --accept and --undo.');
  }
  if (againstEvidence && (accept || undo)) {
    throw usageError('--against-evidence goes with --bought N,N or --nothing.');
  }
  if (verdict !== undefined && !accept) throw usageError('A verdict goes with --accept.');
  const why = said.why?.trim() || undefined;
  if (accept) return { ...looked, accept, verdict, by: { ...requireNamed(signer), why } };
  const by = requireSigned(signer, why);
  if (undo) return { ...looked, undo, by };
  const finding: Finding =
    bought === undefined ? { nothing: true } : { bought: readPhoneNumbers(bought) };
  return { ...looked, finding, by, againstEvidence };
}

/** Only a named person settles, who signed in or gives a name. Throws AppError `invalid_usage`. */
export function requireNamed({ who, by }: By): By {
  const given = by?.trim();
  if (given || !isSystemUser(who)) return { who, by: given || undefined };
  throw usageError('Say who you are: --by NAME. Your name is kept with it.');
}

/** The same, with how the person knows it. Throws AppError `invalid_usage` when one is missing. */
export function requireSigned(signer: By, why: string | undefined): By & { why: string } {
  const named = requireNamed(signer);
  const reason = why?.trim();
  if (!reason) throw usageError('Say how you know it: --why TEXT. It is kept.');
  return { ...named, why: reason };
}

/** Throws as `settleOrder`, `acceptVerdict` and `unsettleOrder` of the ledger do. */
export async function settle(
  ledger: Ledger,
  order: number,
  settlement: SettlementWish,
): Promise<Settled> {
  const { attempt, takenBackAt, seen } = settlement;
  if ('accept' in settlement) {
    const { verdict, by } = settlement;
    return acceptVerdict(ledger, order, by, { attempt, verdict, isOne: true });
  }
  if ('undo' in settlement) return unsettleOrder(ledger, order, settlement.by, { attempt, seen });
  const { finding, by, againstEvidence } = settlement;
  return settleOrder(ledger, order, finding, by, { attempt, takenBackAt, seen, againstEvidence });
}
