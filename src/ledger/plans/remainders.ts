/** A plan and one of its remainder must not both buy: who may buy first stops the other one. */
import type { PlanDocument } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { countEvents } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { keyPart } from '../order-id.ts';
import { withheldNumbers } from '../orders/surplus.ts';
import { findPlan, missingOf } from './find.ts';
import { knownHashes, LINES_SHARED } from './line-sample.ts';

/** Notes that a remainder was handed out, by the hashes of its bytes and lines, and a sample. */
export async function noteRemainder(
  ledger: Ledger,
  planId: number,
  { bytes, lines, sample }: { bytes: string; lines: string; sample: number[] },
): Promise<void> {
  await ledger.query(
    `insert into ledger.remainders (plan_id, sha256, rows_sha256, hashes)
     values ($1, $2, $3, $4::int[])
     on conflict on constraint remainders_pkey do nothing`,
    [planId, bytes, lines, sample],
  );
}

type Of = { id: number; name: string; account: string; isOwn: boolean; isChanged: boolean };

/**
 * The plans that handed out a remainder whose bytes have this hash, or whose lines have it. Another
 * account's may have the same lines itself by chance. When the account has none, also its plans of
 * whose remainders most of the sampled lines are: a person may have changed the others. The
 * account's come first, then those that share most, then the newest.
 */
export async function plansOfRemainder(
  ledger: Queries,
  accountId: number,
  hash: string,
  sample: number[] = [],
): Promise<Of[]> {
  const found = await ledger.query<Of>(OF_REMAINDER, [accountId, hash, sample]);
  const isKnown = found.some(({ isOwn, isChanged }) => isOwn && !isChanged);
  return isKnown ? found.filter(({ isChanged }) => !isChanged) : found;
}

/** It looks up hash by hash: the planner would read all remainders for those with any of many. */
const OF_REMAINDER = `
  with shared as materialized (
    select r.plan_id, r.sha256, count(*) as hashes
    from unnest($3::int[]) own(hash), lateral (
      select plan_id, sha256 from ledger.remainders where hashes @> array[own.hash] offset 0) r
    group by 1, 2 having count(*) >= ${LINES_SHARED}),
  found as (
    select plan_id, 1 as share, false as is_changed, sha256 = $2 as is_same, rows_sha256
    from ledger.remainders where sha256 = $2 or rows_sha256 = $2
    union all
    select plan_id, shared.hashes::real / known.hashes, true, false, rows_sha256
    from shared join ledger.remainders r using (plan_id, sha256),
    ${knownHashes('r.hashes', '$3')}
    where 2 * shared.hashes > known.hashes)
  select p.id, p.name, a.name as account, p.account_id = $1 as "isOwn",
    bool_and(f.is_changed) as "isChanged"
  from found f join ledger.plans p on p.id = f.plan_id join ledger.accounts a on a.id = p.account_id
  where p.account_id = $1 or f.is_same or not f.is_changed and f.rows_sha256 <> p.rows_sha256
  group by p.id, a.id order by "isOwn" desc, max(f.share) desc, p.id desc`;

/**
 * Throws AppError `wrong_state` for a file with the bytes of an earlier remainder, or with the
 * lines of any: what it asks for may be bought since. Also when the plan is of another account. And
 * for a file with most lines of a remainder of the account's, by their `sample`.
 */
export async function refuseStaleRemainder(
  tx: Queries,
  accountId: number,
  hash: string,
  sample?: number[],
): Promise<void> {
  const [of] = await plansOfRemainder(tx, accountId, hash, sample);
  if (!of) return;
  if (!of.isOwn) {
    throw new AppError(
      'wrong_state',
      `This file is a remainder of plan ${of.id} (${of.name}), which is of the account ` +
        `"${of.account}". Nothing was stored. Submit it to that account. To buy all of it for ` +
        'this one, say --again.',
      { id: of.id, account: of.account },
    );
  }
  throw new AppError(
    'wrong_state',
    `${of.isChanged ? 'Most lines of this file are those' : 'This file has the lines'} of a ` +
      `remainder of plan ${of.id} (${of.name}). It is out of date or ` +
      'was changed, so to buy it could buy numbers twice. Nothing was stored. Take the remainder ' +
      'once more, and submit it unchanged. To buy all of this file anyway, say --again: then ' +
      'that plan is not tried again.',
    { id: of.id },
  );
}

/** The numbers that a plan's remainder asks for: all that are lacking, without the withheld. */
export async function remainingNumbers(ledger: Queries, plan: PlanDocument): Promise<number> {
  const withheld = await withheldNumbers(ledger, plan.id);
  return missingOf(plan) + plan.cancelled - [...withheld.values()].reduce((sum, n) => sum + n, 0);
}

/**
 * Throws AppError `wrong_state` unless plan `planId` still lacks the `numbers` of its remainder and
 * has had only the `events` of then: each change that reduces what it lacks leaves one. Also when
 * an earlier remainder may have bought, and when another plan overtook this one.
 */
export async function requireLacking(
  tx: Queries,
  planId: number,
  { numbers, events }: { numbers: number; events: number },
): Promise<void> {
  const operation = `to buy the remainder of plan ${planId} once more`;
  await refuseRemainderOrdered(tx, planId, operation);
  const then = 'Nothing was stored. To buy all of this file anyway, say --again.';
  await refuseOvertaken(tx, planId, operation, then);
  const lacking = await remainingNumbers(tx, await findPlan(tx, planId));
  if (lacking === numbers && (await countEvents(tx, planId)) === events) return;
  throw new AppError(
    'wrong_state',
    `Plan ${planId} has changed meanwhile, and this file is no longer its remainder: to buy it ` +
      'could buy numbers twice. Nothing was stored.',
    { id: planId },
  );
}

/** Throws AppError `wrong_state` when another plan may buy what this one asks for. */
export async function refuseOvertaken(
  tx: Queries,
  id: number,
  operation: string,
  then: string,
): Promise<void> {
  const [plan] = await tx.query<{ overtaken: string | null }>(
    'select overtaken from ledger.plans where id = $1',
    [id],
  );
  if (!plan?.overtaken) return;
  throw new AppError(
    'wrong_state',
    `Plan ${id} has been overtaken: ${plan.overtaken}. So ${operation} could buy numbers twice. ` +
      then,
    { id },
  );
}

/** The plans that asked before for what these lack wait: plan `id` is of the same remainder. */
export async function overtakeEarlier(tx: Queries, plans: number[], id: number): Promise<void> {
  await tx.query(
    `select ledger.overtake(
       array(select ledger.below($1::int[]) except select unnest($1::int[])), $2)`,
    [plans, id],
  );
}

/**
 * Of these plans, which lack the same, a new plan is the remainder of the first one that has none
 * yet; else of all, because nobody knows for which it was meant.
 */
export async function barredBy(tx: Queries, plans: number[]): Promise<number[]> {
  for (const id of plans) if ((await tx.query(ORDERED, [id])).length === 0) return [id];
  return plans;
}

type Other = { id: number; name: string; isEnding: boolean; isFinished: boolean };

/**
 * Throws AppError `wrong_state` when a plan of this one's remainder has bought, or may still buy.
 */
export async function refuseRemainderOrdered(
  tx: Queries,
  id: number,
  operation: string,
): Promise<void> {
  const [other] = await tx.query<Other>(ORDERED, [id]);
  if (!other) return;
  throw new AppError(
    'wrong_state',
    `Plan ${other.id} (${other.name}) was submitted from the remainder of plan ${id} and asks ` +
      `for what it lacked: ${operation} could buy that twice. ` +
      thenFor(other),
    { id },
  );
}

function thenFor({ id, isEnding, isFinished }: Other): string {
  if (isEnding) return 'It is being cancelled: try again when that is done.';
  if (isFinished) return `If plan ${id} lacks numbers itself, try that one again instead.`;
  return `Cancel plan ${id} first, if it has bought nothing.`;
}

/** Throws AppError `wrong_state` when a plan of this one's remainder was sent, and is lost. */
export async function refuseRemainderLost(
  tx: Queries,
  id: number,
  operation: string,
): Promise<void> {
  const lost = await tx.query(LOST, [id]);
  if (lost.length === 0) return;
  throw new AppError(
    'wrong_state',
    `A remainder of plan ${id} was sent, and the ledger has lost its plan: ${operation} could ` +
      'buy that twice. Submit that remainder again first, unchanged.',
    { id },
  );
}

/** Whether such a plan has bought, may still buy, or is lost. */
export async function isRemainderOrdered(tx: Queries, id: number): Promise<boolean> {
  const found = [await tx.query(ORDERED, [id]), await tx.query(LOST, [id])];
  return found.some((rows) => rows.length > 0);
}

const LOST = `
  select from ledger.remainders r join ledger.plans p on p.id = r.plan_id
    join ledger.lost_plans l on l.account_id = p.account_id
      and ${keyPart('l.plan_key', 'sha256')} = r.sha256
  where r.plan_id in (select ledger.below(array[$1::int]))
  limit 1`;

const ORDERED = `
  select p.id, p.name, p.state = 'cancelled' and p.ended_at is null as "isEnding",
    p.state = 'finished' as "isFinished"
  from ledger.plans p
  where p.id in (select ledger.below(array[$1::int])) and p.id <> $1 and ledger.may_buy(p)
  order by p.id limit 1`;
