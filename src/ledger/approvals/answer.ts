import type { Approval } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { personOf } from '../../name-rule.ts';
import { requireSeen } from '../../seen.ts';
import { type By, noteEvent } from '../events.ts';
import type { Ledger } from '../ledger.ts';
import { findApproval, shownOfApproval } from './find.ts';
import { isToken, personsOf } from './persons.ts';

export type ApprovalAnswer = { yes: true } | { yes: false; why: string };

/**
 * Says yes or no to a question, once; the events keep it. `seen` names what its form showed. Throws
 * AppError `not_found`; `wrong_state` when it is answered, has lapsed, or was not what was seen;
 * `not_allowed` for a token and for those whom it bars; `invalid_usage` for a no without a why.
 */
export async function answerApproval(
  ledger: Ledger,
  id: number,
  answer: ApprovalAnswer,
  signer: By,
  seen?: string,
): Promise<Approval> {
  const refusal = answer.yes ? null : answer.why.trim();
  if (refusal === '') throw new AppError('invalid_usage', 'Say why: --why TEXT. It is kept.');
  return ledger.transaction(async (tx) => {
    await tx.query('select from ledger.approvals where id = $1 for update', [id]);
    const asked = await findApproval(tx, id);
    requireSeen(seen, shownOfApproval(asked));
    refuseBarred(asked, signer, await personsOf(tx, signer));
    if (asked.state !== 'waiting') throw notWaiting(asked);
    await tx.query(
      `update ledger.approvals set answer = $2, answered_by = $3, answered_person = $4,
         answered_at = ledger.now(), refusal = $5,
         expires_at = ledger.now() + make_interval(hours => hours)
       where id = $1`,
      [id, answer.yes ? 'yes' : 'no', signer.who, personOf(signer.who), refusal],
    );
    await noteEvent(tx, {
      kind: answer.yes ? 'approval_given' : 'approval_refused',
      who: signer.who,
      by: signer.by,
      why: refusal ?? signer.why,
      planId: asked.plan,
      detail: { approval: id, kind: asked.kind, numbers: asked.numbers },
    });
    return findApproval(tx, id);
  });
}

function refuseBarred({ id, barred }: Approval, { who }: By, persons: string[]): void {
  if (isToken(who)) {
    throw new AppError(
      'not_allowed',
      'A token is no person: it may ask, and a person answers. Nothing was changed.',
    );
  }
  if (!persons.some((person) => barred.includes(person))) return;
  throw new AppError(
    'not_allowed',
    `Approval ${id} is your own: someone who neither asked nor submitted the plan must answer ` +
      'it. USERS_FILE gives people roles. Nothing was changed.',
  );
}

function notWaiting({ id, state }: Approval): AppError {
  const words: Record<Approval['state'], string> = {
    waiting: 'waits',
    given: 'was approved already',
    used: 'was approved, and the approval was used',
    refused: 'was refused already',
    lapsed:
      'has lapsed: its time is over, what it asks for has changed, or a later one took its place',
  };
  return new AppError('wrong_state', `Approval ${id} ${words[state]}. Nothing was changed.`, {
    approval: id,
  });
}
