import type { Account, AccountState } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import type { Limit } from '../../limits/index.ts';
import { PACE_WORDS } from '../../pace-range.ts';
import { lockAccountFor } from '../account-lock.ts';
import { HAS_RESTED } from '../database/clock.ts';
import { type By, type EventNote, noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { LIMIT_STATES, setLimits } from '../limits/limits.ts';
import { SPEED } from '../plans/time-needed.ts';
import { IS_HEARD } from './workers.ts';

/** Whether the ledger, as it runs now, is known to have lost nothing of the account `a`. */
export const IS_VOUCHED_FOR = '(a.vouched_for is not distinct from ledger.incarnation())';

/** Then the account `a` waits, however long, for a worker that compares the ledger. */
const IS_DOUBTED = `(not ${IS_VOUCHED_FOR}
  -- Without a tick it waits for a person instead, and is paused.
  and (a.doubted is distinct from ledger.incarnation() or a.doubted_tick is not null))`;
const NOT_COMPARED =
  'The database is not the one that was running before. ' +
  'Orders continue once a worker has found out what it may have lost';

/** In SQL: that reason to pause, before those that are there. Who resumes must read them all. */
export const reasonBefore = (reason: string): string => `
  case when position(${reason} in paused_reason) > 0 then paused_reason
    else ${reason} || coalesce('. It had paused before: ' || paused_reason, '') end`;

/** In SQL: pauses for that reason. */
export const pauseFor = (reason: string): string =>
  `paused_reason = ${reasonBefore(reason)}, pauses = pauses + 1`;

/** Names a pause of this run of the database alone: an older copy counts pauses again. */
const PAUSE_ID = `case when a.paused_reason is not null then a.pauses || '-' ||
  left(encode(sha256(convert_to(ledger.incarnation(), 'UTF8')), 'hex'), 8) end`;

/** Whether the account `a` claims nothing for now, though nobody has paused it. */
export const IS_RESTING = `(not ${HAS_RESTED} or ${IS_DOUBTED})`;

/** Why the account `a` rests; null when the vendor asked for it or it does not rest. */
export const REST_REASON = `case when ${IS_DOUBTED} then coalesce(a.rest_reason, '${NOT_COMPARED}')
  when not ${HAS_RESTED} then a.rest_reason end`;

const COLUMNS = `id, name, mode, ${SPEED}, paused_reason as "pausedReason",
  ${PAUSE_ID} as "pauseId",
  case when not ${HAS_RESTED} then resume_at
    when ${IS_DOUBTED} then ledger.now() + interval '1 min' end as "resumeAt",
  ${REST_REASON} as "restReason",
  (select list from ledger.price_lists where hash = a.prices) as prices,
  ${LIMIT_STATES} as limits, a.approval`;

/** The account, made if it is new. Throws AppError `wrong_state` for a live one without a pace. */
export async function ensureAccount(
  ledger: Ledger,
  account: { name: string; mode: Account['mode']; rate: number | null },
): Promise<Account> {
  refuseNoPace(account, account.rate);
  await ledger.query(
    `with a as (
       insert into ledger.accounts (name, mode, rate) values ($1, $2, $3)
       on conflict on constraint accounts_name_once do nothing returning id)
     insert into ledger.moments (account_id) select id from a`,
    [account.name, account.mode, account.rate],
  );
  return findAccount(ledger, account.name);
}

/** Throws AppError `not_found`, naming the accounts that there are. */
export async function findAccount(ledger: Queries, name: string): Promise<Account> {
  const all = await listAccounts(ledger);
  const account = all.find((each) => each.name === name);
  if (account) return account;
  const names = all.map((each) => each.name).join(', ') || 'none yet';
  throw new AppError('not_found', `There is no account "${name}". There is: ${names}.`, { name });
}

/** All accounts, oldest first. */
export async function listAccounts(ledger: Queries): Promise<Account[]> {
  return ledger.query<Account>(`select ${COLUMNS} from ledger.accounts a order by id`);
}

/** Throws AppError `not_found`, naming the accounts that there are. */
export async function accountState(ledger: Ledger, name: string): Promise<AccountState> {
  const account = await findAccount(ledger, name);
  const rows = await ledger.query<Omit<AccountState, keyof Account | 'workers'>>(
    `select a.recent,
       (select count(*)::int from ledger.orders o join ledger.plans p on p.id = o.plan_id
        where o.state = 'sending' and p.account_id = a.id) as "inFlight",
       (select coalesce(sum(t.orders), 0)::int from ledger.tallies t
          join ledger.plans p on p.id = t.plan_id
        where t.state = 'unknown' and p.account_id = a.id) as unknown,
       exists (select from ledger.tallies t join ledger.plans p on p.id = t.plan_id
        where t.state <> 'cancelled' and t.orders > 0 and p.account_id = a.id) as "hasAnswers"
     from ledger.accounts a where a.id = $1`,
    [account.id],
  );
  const now = only(rows, 'an account');
  const workers = await ledger.query<AccountState['workers'][number]>(
    `select name, seen_at as "seenAt" from ledger.workers w
     where account_id = $1 and ${IS_HEARD} order by name`,
    [account.id],
  );
  return { ...account, ...now, workers };
}

export type AccountChange = {
  /** Null: no pace any more. */
  rate?: number | null;
  pause?: string;
  /** `pauseId`: the pause that was shown. The account stays paused when it has a newer one. */
  resume?: true | { pauseId: string };
  /** In place of those that it has. */
  limits?: Limit[];
};

/**
 * Changes the pace or the limits, pauses or resumes; the events keep it. Throws AppError
 * `wrong_state` when a live account would be left without a pace, or has paused again since.
 */
export async function changeAccount(
  ledger: Ledger,
  name: string,
  change: AccountChange,
  by: By,
): Promise<Account> {
  return alterAccount(ledger, name, by, async (tx, account) => {
    const { rate = account.rate, limits, resume } = change;
    refuseNoPace(account, rate);
    // Before the account's row: orders wait meanwhile, and some hold that row.
    if (limits) await setLimits(tx, account.id, limits);
    const changed = await tx.query(CHANGE, [
      account.id,
      rate,
      change.pause ?? null,
      resume !== undefined,
      // Otherwise this would undo another change made at the same moment.
      change.rate !== undefined,
      typeof resume === 'object' ? resume.pauseId : null,
    ]);
    if (changed.length === 0) throw pausedSince(await findAccount(tx, name));
    const detail = { rate, reason: change.pause ?? null, ...(limits ? { limits } : {}) };
    return { kind: kindOf(change), detail };
  });
}

/**
 * Alters an account for a person, in one transaction, after all other changes of it. An event keeps
 * what `alter` returns. Throws AppError `not_found`.
 */
export async function alterAccount(
  ledger: Ledger,
  name: string,
  by: By,
  alter: (tx: Queries, account: Account) => Promise<Pick<EventNote, 'kind' | 'detail'>>,
): Promise<Account> {
  return ledger.transaction(async (tx) => {
    // The account's row or `ledger.lock_limits` could deadlock: a claim takes them after orders,
    // and new limits lock the orders.
    await lockAccountFor(tx, 'settings', (await findAccount(tx, name)).id);
    const account = await findAccount(tx, name);
    await noteEvent(tx, { ...(await alter(tx, account)), ...by, accountId: account.id });
    return findAccount(tx, name);
  });
}

const CHANGE = `
  update ledger.accounts a set
    rate = case when $5 then $2 else rate end,
    paused_reason = case when $4 then null when $3::text is null then paused_reason
      else ${reasonBefore('$3::text')} end,
    pauses = pauses + case when $3::text is null then 0 else 1 end,
    resume_at = case when $4 then null else resume_at end,
    rest_reason = case when $4 then null else rest_reason end,
    rest_order = case when $4 then null else rest_order end,
    throttles = case when $4 then 0 else throttles end,
    recent = case when $4 then '' else recent end,
    -- Only a person could vouch for the ledger, and has looked.
    vouched_for = case when $4 and doubted = ledger.incarnation() and doubted_tick is null
      then doubted else vouched_for end
  where id = $1 and ($6::text is null or paused_reason is null or ${PAUSE_ID} = $6)
  returning id`;

/** The vendor publishes no limit, so a person must set the pace of what costs money. */
function refuseNoPace({ name, mode }: Pick<Account, 'name' | 'mode'>, rate: number | null): void {
  if (mode !== 'live' || rate !== null) return;
  throw new AppError(
    'wrong_state',
    `The account "${name}" is live and must have a pace: ` +
      `the vendor publishes no limit. Set ${PACE_WORDS}.`,
    { name },
  );
}

function pausedSince({ name, pausedReason }: Account): AppError {
  return new AppError(
    'wrong_state',
    `The account "${name}" has paused again, and stays paused. Read why, then resume: ` +
      `${pausedReason}.`,
    { name },
  );
}

function kindOf({ resume, pause, rate }: AccountChange): string {
  if (resume) return 'account_resumed';
  if (pause) return 'account_paused';
  return rate === undefined ? 'account_limits' : 'account_rate';
}

/** The address of the sandbox that all processes of the account share; null: there is none yet. */
export async function sandboxUrl(ledger: Ledger, accountId: number): Promise<string | null> {
  const [row] = await ledger.query<{ url: string | null }>(
    'select sandbox_url as url from ledger.accounts where id = $1',
    [accountId],
  );
  return row?.url ?? null;
}

/** Replaces the address that was read; false when another process was quicker: then use that. */
export async function replaceSandboxUrl(
  ledger: Ledger,
  accountId: number,
  seen: string | null,
  url: string | null,
): Promise<boolean> {
  const rows = await ledger.query(
    `update ledger.accounts set sandbox_url = $3
     where id = $1 and sandbox_url is not distinct from $2 returning id`,
    [accountId, seen, url],
  );
  return rows.length > 0;
}
