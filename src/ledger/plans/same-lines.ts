/** A file that asks for what an earlier plan asked for is refused, unless a person insists. */
import { count, counted, named } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { MAY_ASK_AGAIN } from '../asked.ts';
import type { Queries } from '../ledger.ts';
import { isOfLine } from '../order-id.ts';
import { planHas } from '../successors/families.ts';
import { ASKED_COLUMNS, asideIn } from './asked-cells.ts';
import { knownHashes, LINES_SHARED } from './line-sample.ts';
import { plansAbove } from './lock.ts';
import { HAS_PENDING } from './plan-state.ts';

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

export function duplicate(
  { id, name, state, at }: EarlierPlan,
  what: string,
  passedOver: { passedOver?: string[] } = {},
): AppError {
  return new AppError(
    'duplicate_file',
    `${what} plan ${id} (${name}, ${state}, ${at.toISOString()}). Nothing was stored. ` +
      `To go on with that plan, look at it with "show ${id}"; to buy everything in it once more, ` +
      'say --again.',
    { plan: id, ...passedOver },
  );
}

/**
 * Throws AppError `duplicate_file` for the lines of an earlier plan: a spreadsheet may have saved
 * its file again, or a person may have written another day or purchase number into it.
 */
export async function refuseSameRows(
  tx: Queries,
  accountId: number,
  plan: OwnColumns & { rows: string },
): Promise<void> {
  const where = 'rows_sha256 = $2 and id <> $3';
  const earlier = await newestPlan(tx, accountId, where, plan.rows, plan.id);
  if (!earlier) return;
  const columns = passedOverIn(plan);
  throw duplicate(earlier, `This file has${whatever(columns)} the same lines as`, columns);
}

type NewPlan = OwnColumns & { sample: number[]; remainderOf: number | null | undefined };
type OwnColumns = { id: number; extraColumns: string[] };

/**
 * Throws AppError `duplicate_file` when most lines of a live plan are in an earlier one that has
 * bought for them, or may: people submit yesterday's list with one more line by mistake.
 * Lines are the same when they ask for the same, whatever is to happen when that is lacking, and a
 * person's own cells are the same, too: those may name a client. Columns with the day or the number
 * of a purchase do not count: the same list may come again with others.
 */
export async function refuseMostLines(
  tx: Queries,
  accountId: number,
  plan: NewPlan & { lines: number },
): Promise<void> {
  for (const earlier of await likelyPlans(tx, accountId, plan)) {
    const shared = await sharedLines(tx, earlier, plan);
    if (shared < LINES_SHARED || 2 * shared <= plan.lines) continue;
    const columns = passedOverIn(plan);
    throw new AppError(
      'duplicate_file',
      `${count(shared)} of the ${counted(plan.lines, 'line')} of this file are in plan ` +
        `${earlier.id} too (${earlier.name}, ${earlier.state}, ${earlier.at.toISOString()})` +
        `${whatever(columns) || ','} which has bought numbers for them, or still may. Nothing ` +
        'was stored. Submit only the lines that are new. To buy all of them once more, say ' +
        '--again.',
      { plan: earlier.id, shared, ...columns },
    );
  }
}

/** The lines of this many plans are compared: of those that share most. */
const COMPARED = 3;

/** SQL: whether plan `p` has bought, or still may; also when a person retries it. */
const MAY_HAVE_BOUGHT = `(${HAS_PENDING}
  or exists (select from ledger.tallies t where t.plan_id = p.id and t.orders > 0
    and (t.bought > 0 or t.state = 'unknown'
      or p.state <> 'cancelled' and t.state in ('refused', 'undelivered')))
  or p.state <> 'cancelled' and ${planHas(MAY_ASK_AGAIN)})`;

/** Plans of a live account whose samples share more than half of this one's. */
function likelyPlans(
  tx: Queries,
  accountId: number,
  { id, sample, remainderOf }: NewPlan,
): Promise<(EarlierPlan & OwnColumns)[]> {
  return tx.query<EarlierPlan & OwnColumns>(
    `with recursive ${plansAbove('select $4::integer')}
     select ${EARLIER}, p.extra_columns as "extraColumns"
     from ledger.line_samples s join ledger.plans p on p.id = s.plan_id
       join ledger.accounts a on a.id = p.account_id and a.mode = 'live',
     lateral (
       select count(*) as hashes from unnest(s.hashes) hash where hash = any($3::int[])) shared,
     ${knownHashes('s.hashes', '$3')}
     where s.hashes && $3::int[] and p.account_id = $1 and p.id <> $2
       and 2 * shared.hashes > known.hashes and ${MAY_HAVE_BOUGHT}
       -- What a remainder shares with its plan is lacking there.
       and p.id not in (select id from above where id is not null)
     order by shared.hashes::real / known.hashes desc, p.id desc limit ${COMPARED}`,
    [accountId, id, sample, remainderOf ?? null],
  );
}

/** The columns that make no other line; without such ones, none. */
function passedOverIn({ extraColumns }: OwnColumns): { passedOver?: string[] } {
  const passedOver = asideIn(extraColumns).map((at) => extraColumns[at]!);
  return passedOver.length > 0 ? { passedOver } : {};
}

/** `, whatever its column "PO" says,`; blank without such columns. */
function whatever({ passedOver }: { passedOver?: string[] }): string {
  if (passedOver === undefined) return '';
  const quoted = passedOver.map((name) => `"${name}"`);
  return `, whatever its ${named('column', quoted)} ${quoted.length === 1 ? 'says' : 'say'},`;
}

/** SQL: what line `l` asks for and carries. `extra`: its own cells. */
function cellsOf(extra: string): string {
  return `row(${ASKED_COLUMNS.slice(0, -1)
    .map((name) => `l.${name}, `)
    .join('')}${extra})::text`;
}

/** SQL: the own cells of line `l` without the columns that make no other wish. */
function withoutAside({ extraColumns }: OwnColumns): string {
  // From the last place on: to remove one moves those behind it.
  const less = asideIn(extraColumns)
    .map((at) => ` - ${at}`)
    .toReversed();
  return `nullif(coalesce(l.extra::jsonb, '[]')${less.join('')}, '[]')`;
}

/** SQL: whether order `o` of plan `p` has bought, or still may; also when a person retries it. */
const HAS_BOUGHT_OR_MAY = `(o.bought > 0 or o.state in ('sending', 'unknown')
  or p.state <> 'cancelled' and (
    o.state in ('waiting', 'refused', 'undelivered') or ${MAY_ASK_AGAIN}))`;

/** How many lines of a plan an earlier one has, too, and has bought for, or may. */
async function sharedLines(tx: Queries, earlier: OwnColumns, plan: OwnColumns): Promise<number> {
  // To read the cells takes more than to compare the lines.
  const isAside = [earlier, plan].some(({ extraColumns }) => asideIn(extraColumns).length > 0);
  const cells = (own: OwnColumns) => cellsOf(isAside ? withoutAside(own) : 'l.extra');
  const [row] = await tx.query<{ lines: number }>(
    `/* plan_shared_lines */
     select coalesce(sum(lines), 0)::int as lines from (
       -- Grouped: whatever the planner has counted, it reads each plan once.
       select sum(is_new)::int as lines from (
         select ${cells(earlier)} as cells, 0 as is_new
         from ledger.plans p join ledger.lines l on l.plan_id = p.id, lateral (
           select from ledger.orders o where ${isOfLine('o.id', 'l')} and ${HAS_BOUGHT_OR_MAY}
           union all
           select from ledger.orders o where ${isOfLine('o.root', 'l')} and ${HAS_BOUGHT_OR_MAY}
           limit 1) bought
         where p.id = $1 and l.line > 0
         union all
         select ${cells(plan)}, 1 from ledger.lines l
         where l.plan_id = $2 and l.line > 0) either
       group by cells having min(is_new) = 0) shared`,
    [earlier.id, plan.id],
  );
  return row?.lines ?? 0;
}
