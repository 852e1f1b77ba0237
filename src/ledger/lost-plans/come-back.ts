/** A lost plan comes back when its file is submitted again. */

import { counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import type { Bitmap } from '../../witness/index.ts';
import type { Queries } from '../ledger.ts';
import { keyPart, PLAN_KEY } from '../order-id.ts';
import { learnMarks } from '../orders/lost.ts';
import { readJournalAgain } from './note.ts';

/** A plan that is to be stored: its file, and what decides which orders that means. */
type Meant = { accountId: number; sha256: string; numbers: number; laddersHash: string | null };

/** Which lost copy of its file this plan can be, the first one. Null: none, or it is taken. */
export async function lostCopyOf(
  tx: Queries,
  { accountId, sha256, numbers, laddersHash }: Meant,
): Promise<number | null> {
  const [lost] = await tx.query<{ copy: number | null }>(
    `select min(${keyPart('l.plan_key', 'copy')}::int) as copy
     from ledger.lost_plans l
     where l.account_id = $1 and ${keyPart('l.plan_key', 'sha256')} = $2
       and ${keyPart('l.plan_key', 'numbers')} = $3 and ${keyPart('l.plan_key', 'ladders')} = $4
       and not exists (select from ledger.plans p where p.account_id = $1 and p.sha256 = $2
         and p.copy = ${keyPart('l.plan_key', 'copy')}::int)`,
    [accountId, sha256, String(numbers), laddersHash ?? ''],
  );
  return lost?.copy ?? null;
}

/**
 * For a plan that was just stored: when it is one that was lost, its orders that were sent become
 * unknown, and what was known of it is returned; else null. An embedded ledger reads its journal
 * again, for answers. Throws AppError `wrong_state` when the lost plan meant other orders.
 */
export async function doubtResubmitted(tx: Queries, planId: number): Promise<ComeBack | null> {
  const marks = await tx.query<LostMarks>(
    `delete from ledger.lost_plans l using ledger.plans p, ledger.accounts a
     where p.id = $1 and a.id = p.account_id
       and l.account_id = p.account_id and l.plan_key = ${PLAN_KEY}
     returning l.plan_key as "planKey", l.attempt, l.bits, l.baseline,
       l.dismissed as "isDismissed",
       a.id as "accountId", (l.deadline_tick - a.ticks)::float8 as "deadlineMs"`,
    [planId],
  );
  for (const { planKey, attempt, bits, accountId, deadlineMs, baseline } of marks) {
    const sent = { planKey, attempt, bits };
    await learnMarks(tx, sent, { accountId, deadlineMs, after: baseline, pause: null });
  }
  const [lost] = marks;
  if (!lost) {
    await refuseOtherOrders(tx, planId);
    return null;
  }
  // Last, because the other workers need the account's row.
  await readJournalAgain(tx, lost.accountId);
  return lost;
}

async function refuseOtherOrders(tx: Queries, planId: number): Promise<void> {
  const [lost] = await tx.query<{
    numbers: number;
    requested: number;
    isOfOtherCodes: boolean;
  }>(
    `select ${keyPart('l.plan_key', 'numbers')}::int as numbers, p.requested,
       ${keyPart('l.plan_key', 'ladders')} <> coalesce(p.ladders_hash, '') as "isOfOtherCodes"
     from ledger.plans p join ledger.lost_plans l on l.account_id = p.account_id
     where p.id = $1 and ${keyPart('l.plan_key', 'sha256')} = p.sha256
     limit 1`,
    [planId],
  );
  if (!lost) return;
  const { numbers, requested, isOfOtherCodes } = lost;
  throw new AppError(
    'wrong_state',
    `This file was sent before, as a plan of ${counted(numbers, 'number')} that the ledger has ` +
      `lost. ${isOfOtherCodes ? 'Its fallbacks meant other area codes then. ' : ''}As a plan of ` +
      `${counted(requested, 'number')} it could buy them again. Nothing was stored. Submit it ` +
      `with the default quantity ${isOfOtherCodes ? 'and the numbering plan ' : ''}that it had ` +
      'then. If a plan of this file is here, submit only what was not bought, as a file of its ' +
      'own.',
    { id: planId },
  );
}

type LostMarks = Bitmap &
  ComeBack & {
    accountId: number;
    deadlineMs: number;
    baseline: number;
  };

type ComeBack = {
  /** A person has said that nothing waits for it. */
  isDismissed: boolean;
};
