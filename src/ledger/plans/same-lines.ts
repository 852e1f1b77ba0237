/** A file that asks for what an earlier plan asked for is refused, unless a person insists. */
import { count, counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { COLUMNS } from '../../plan/index.ts';
import type { Queries } from '../ledger.ts';
import { isOfLine } from '../order-id.ts';
import { SAMPLE_SIZE } from './line-sample.ts';

type EarlierPlan = { id: number; name: string; state: string; at: Date };

const EARLIER = 'p.id, p.name, p.state, p.submitted_at as at';

/** The account's newest plan of that kind; `values` are $2 and $3 of `where`. */
export async function newestPlan(
  tx: Queries,
  accountId: number,
  where: string,
  ...values: unknown[]
): Promise<EarlierPlan | undefined> {
  const [plan] = await tx.query<EarlierPlan>(
    `select ${EARLIER} from ledger.plans p
     where account_id = $1 and ${where} order by id desc limit 1`,
    [accountId, ...values],
  );
  return plan;
}

export function duplicate({ id, name, state, at }: EarlierPlan, what: string): AppError {
  return new AppError(
    'duplicate_file',
    `${what} plan ${id} (${name}, ${state}, ${at.toISOString()}). Nothing was stored. ` +
      `To go on with that plan, look at it with "show ${id}"; to buy everything in it once more, ` +
      'say --again.',
    { plan: id },
  );
}

/** Throws AppError `duplicate_file`: a spreadsheet that saves a file makes no new wish. */
export async function refuseSameRows(
  tx: Queries,
  accountId: number,
  planId: number,
  rows: string,
): Promise<void> {
  // Two of them at the same moment do not see each other, but for this lock.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, $2))', [rows, accountId]);
  const where = 'rows_sha256 = $2 and id <> $3';
  const earlier = await newestPlan(tx, accountId, where, rows, planId);
  if (earlier) throw duplicate(earlier, 'This file has the same lines as');
}

/** Two plans may share a single line by chance. */
const LINES_SHARED = 2;

/**
 * Throws AppError `duplicate_file` when most lines of a live plan are in an earlier one that has
 * bought for them, or may: people submit yesterday's list with one more line by mistake.
 * Lines are the same when all of their cells are, a person's own ones too: those may name a client.
 */
export async function refuseMostLines(
  tx: Queries,
  accountId: number,
  plan: { id: number; lines: number; sample: number[] },
): Promise<void> {
  for (const earlier of await likelyPlans(tx, accountId, plan)) {
    const shared = await sharedLines(tx, earlier.id, plan.id);
    if (shared < LINES_SHARED || 2 * shared <= plan.lines) continue;
    throw new AppError(
      'duplicate_file',
      `${count(shared)} of the ${counted(plan.lines, 'line')} of this file are in plan ` +
        `${earlier.id} too (${earlier.name}, ${earlier.state}, ${earlier.at.toISOString()}), ` +
        'which has bought numbers for them, or still may. Nothing was stored. Submit only the ' +
        'lines that are new. To buy all of them once more, say --again.',
      { plan: earlier.id, shared },
    );
  }
}

/** The samples of this many newest plans are compared. */
const PLANS = 200;
/** The lines of this many likely plans are compared. */
const COMPARED = 3;

/** Plans of a live account whose samples share more than half of this one's. */
function likelyPlans(
  tx: Queries,
  accountId: number,
  { id, sample }: { id: number; sample: number[] },
): Promise<EarlierPlan[]> {
  return tx.query<EarlierPlan>(
    `select ${EARLIER}
     from (select * from ledger.plans
           where account_id = $1 and id <> $2 order by id desc limit ${PLANS}) p
       join ledger.accounts a on a.id = p.account_id and a.mode = 'live'
       join ledger.line_samples s on s.plan_id = p.id
     where 2 * (select count(*) from unnest(s.hashes) hash where hash = any($3::int[]))
       -- A full sample says nothing of larger hashes.
       > (select count(*) from unnest($3::int[]) hash
          where s.hashes[${SAMPLE_SIZE}] is null or hash <= s.hashes[${SAMPLE_SIZE}])
     order by p.id desc limit ${COMPARED}`,
    [accountId, id, sample],
  );
}

const CELLS = [...COLUMNS.map(({ name }) => name), 'extra'];
const CELLS_OF = (alias: string) => CELLS.map((name) => `${alias}.${name}`).join(', ');

/** How many lines of a plan an earlier one has, too, and has bought for, or may. */
async function sharedLines(tx: Queries, earlier: number, planId: number): Promise<number> {
  const [row] = await tx.query<{ lines: number }>(
    `/* plan_shared_lines */
     select coalesce(sum(lines), 0)::int as lines from (
       -- Grouped: whatever the planner has counted, it reads each plan once.
       select sum(is_new)::int as lines from (
         select row(${CELLS_OF('l')})::text as cells, 0 as is_new
         from ledger.lines l, lateral (
           select from ledger.orders o where ${isOfLine('o.id', 'l')}
             and (o.bought > 0 or o.state in ('sending', 'unknown')
               or o.state = 'waiting'
                 and (select state from ledger.plans where id = $1) <> 'cancelled') limit 1) bought
         where l.plan_id = $1 and l.line > 0
         union all
         select row(${CELLS_OF('l')})::text, 1 from ledger.lines l
         where l.plan_id = $2 and l.line > 0) either
       group by cells having min(is_new) = 0) shared`,
    [earlier, planId],
  );
  return row?.lines ?? 0;
}
