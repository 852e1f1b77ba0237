import type { LostPlan } from '../../documents/index.ts';
import { counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { requireSeen, type Shown } from '../../seen.ts';
import { IS_VOUCHED_FOR } from '../accounts/accounts.ts';
import { type By, noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { IS_UNEXPLAINED, lastListing } from '../listings/listings.ts';
import { noteLost } from '../listings/suspects.ts';
import { keyPart } from '../order-id.ts';
import { COMPARE_FIRST, firstFew, type Overruled, overruled } from '../orders/objections.ts';
import { CAME_BACK, shownFile } from './hold-up.ts';
import { lockLostPlans } from './note.ts';

/** The plans that the ledger has lost, and those that are back and may still hold up others. */
export function lostPlans(ledger: Queries, accountId: number): Promise<LostPlan[]> {
  return ledger.query<LostPlan>(LIST, [accountId]);
}

const LIST = `
  select ${keyPart('l.plan_key', 'sha256')} as file,
    ${keyPart('l.plan_key', 'copy')}::int + 1 as copy,
    ${keyPart('l.plan_key', 'numbers')}::int as numbers,
    max(bit_count(l.bits))::int as sent, null::int as "planId",
    bool_or(l.dismissed) as "isDismissed"
  from ledger.lost_plans l where l.account_id = $1 group by l.plan_key
  union all
  select back.sha256, back.copy + 1, back.requested, null, back.id, false
  from ledger.plans back where back.account_id = $1 and ${CAME_BACK}
  order by file, copy, numbers`;

export type Dismissal = {
  /** The beginning of the hash of a lost plan's file. */
  file: string;
  againstEvidence: Overruled;
  /** Names what the form showed of them. */
  seen?: string | undefined;
};

/** What the form of a file shows of its lost plans. */
export const shownOfLost = (plans: LostPlan[]): Shown => ({
  lost: plans.map(({ copy, numbers, sent, planId, isDismissed }) => [
    ...[copy, numbers, sent],
    ...[planId, isDismissed],
  ]),
});

/**
 * A named person dismisses the lost plans of a file: other plans may then be started, resumed and
 * tried again. What they may have bought stays under suspicion. When the file is submitted later,
 * it is still the lost plan. `againstEvidence` overrides objections, and the event keeps them.
 * Throws AppError `not_found` when no lost plan has such a file, `wrong_state` when the beginning
 * fits several files, all of it was dismissed already, or it is not what was seen, and
 * `against_evidence`, with all `objections`.
 */
export async function dismissLostPlans(
  ledger: Ledger,
  account: { id: number; name: string },
  { file: beginning, againstEvidence, seen }: Dismissal,
  by: By & { why: string },
): Promise<LostPlan[]> {
  return ledger.transaction(async (tx) => {
    await lockLostPlans(tx, account.id);
    const plans = lostOfFile(await lostPlans(tx, account.id), beginning, account.name);
    const lost = plans.filter(({ isDismissed }) => !isDismissed);
    if (lost.length === 0)
      throw new AppError('wrong_state', 'Somebody has dismissed it already. Nothing was changed.');
    requireSeen(seen, shownOfLost(plans));
    const { file } = lost[0]!;
    const known = await knownOf(tx, account.id, file);
    const strays = known.since === null ? [] : await straysSince(tx, account.id, known.since);
    const objections = objectionsTo(known, strays);
    const against = overruled('The lost plan was not dismissed', objections, againstEvidence);
    await tx.query(
      `update ledger.lost_plans l set dismissed = true
       where l.account_id = $1 and ${keyPart('l.plan_key', 'sha256')} = $2`,
      [account.id, file],
    );
    // Nothing waits for the plan now, and its list may be submitted in another form.
    if (known.since !== null) await noteLost(tx, account.id, strays, known.since);
    const note = { kind: 'lost_plan_dismissed', ...by, detail: { file, ...against } };
    if (lost.some(({ planId }) => planId === null))
      await noteEvent(tx, { ...note, accountId: account.id });
    for (const { planId } of lost.filter((each) => each.planId !== null))
      await noteEvent(tx, { ...note, planId: planId! });
    return lost.map((each) => ({ ...each, isDismissed: true }));
  });
}

/**
 * Those of an account's lost plans whose file has a hash with that beginning. Throws AppErrors
 * `not_found` when there is none, and `wrong_state` when they are of several files.
 */
export function lostOfFile(lost: LostPlan[], beginning: string, account: string): LostPlan[] {
  const fitting = lost.filter(({ file }) => file.startsWith(beginning.toLowerCase()));
  if (fitting.length === 0) {
    throw new AppError(
      'not_found',
      `The ledger has not lost a plan of account "${account}" whose file's SHA-256 begins with ` +
        `"${beginning}". "lost ${account}" lists what is lost.`,
    );
  }
  const files = new Set(fitting.map(({ file }) => file));
  if (files.size === 1) return fitting;
  const those = [...files].map(shownFile).join(', ');
  throw new AppError('wrong_state', `"${beginning}" may be ${those}. Say more of it.`);
}

type Known = {
  isVouchedFor: boolean;
  /** The list before what the lost plans of the file bought; null: all of them are back. */
  since: number | null;
  isUnderWay: boolean;
  /** A list was read after their last request had ended. */
  isListed: boolean;
};

async function knownOf(tx: Queries, accountId: number, file: string): Promise<Known> {
  const rows = await tx.query<Known>(
    `select ${IS_VOUCHED_FOR} as "isVouchedFor", min(l.baseline) as since,
       coalesce(bool_or(l.deadline_tick > a.ticks), false) as "isUnderWay",
       coalesce(max(l.deadline_tick) <= (
         select began_tick from ledger.listings where id = a.listing_id), false) as "isListed"
     from ledger.accounts a left join ledger.lost_plans l
       on l.account_id = a.id and ${keyPart('l.plan_key', 'sha256')} = $2
     where a.id = $1 group by a.id`,
    [accountId, file],
  );
  return only(rows, 'an account');
}

/** Each a sentence. While the ledger is in doubt, that is the only one. */
function objectionsTo(known: Known, strays: string[]): string[] {
  if (!known.isVouchedFor) return [COMPARE_FIRST];
  if (known.since === null) return [];
  const owned = counted(strays.length, 'number');
  return [
    ...(known.isUnderWay ? ['A request of it may still be under way.'] : []),
    ...(known.isUnderWay || known.isListed
      ? []
      : ['No list was read since it was sent: "reconcile" reads one.']),
    ...(strays.length > 0
      ? [`It may have bought ${owned} that no order of the account has: ${firstFew(strays)}.`]
      : []),
  ];
}

/** Numbers that came to the account's list after that one, and that nothing explains. */
async function straysSince(tx: Queries, accountId: number, since: number): Promise<string[]> {
  const rows = await tx.query<{ number: string }>(
    `select w.number::text as number from ledger.owned w
     where w.account_id = $1 and ${lastListing('w')} > $2 and ${IS_UNEXPLAINED}
     order by w.number`,
    [accountId, since],
  );
  return rows.map(({ number }) => number);
}
