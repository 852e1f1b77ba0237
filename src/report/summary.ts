import { boughtCost, exactOf, type Ledger, type PlanDocument, paceOf } from '../ledger/index.ts';
import type { TableNotes } from './csv.ts';
import type { FileFacts } from './facts.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

/** What `summary.json` says. */
export type Summary = Awaited<ReturnType<typeof summarize>>;

/**
 * Makes the tables at once: the database works for two of them while the text of others is written.
 * `plan` must be read before the tables: then the tables of an ended plan are complete, and those
 * of another hold at least the numbers in the totals and in the cost.
 */
export async function summarize(
  ledger: Ledger,
  plan: PlanDocument,
  factsOf: (name: TableName, notes: TableNotes) => Promise<FileFacts>,
) {
  const cost = await boughtCost(ledger, plan);
  const notes = { outside: 0 };
  const facts = await allDone(TABLE_NAMES.map((name) => factsOf(name, notes)));
  const files = Object.fromEntries(TABLE_NAMES.map((name, at) => [name, facts[at]]));
  return {
    plan: plan.id,
    /** The same, named as in the API and on the command line. */
    id: plan.id,
    name: plan.name,
    /** While it is `running`, the files are of different moments. */
    state: plan.state,
    reason: plan.reason,
    account: plan.account,
    mode: plan.mode,
    /** Orders per second, on average from start to end, pauses included; see `paceOf`. */
    pace: paceOf(plan),
    /** The account's current pace, which may differ from that of the run. */
    rate: plan.rate,
    sha256: plan.sha256,
    submittedBy: plan.submittedBy,
    /** ISO 8601; null: it has not happened. */
    times: {
      submitted: plan.submittedAt.toISOString(),
      started: plan.startedAt?.toISOString() ?? null,
      ended: plan.endedAt?.toISOString() ?? null,
    },
    revision: plan.revision,
    standing: standingOf(plan),
    totals: totalsOf(plan, notes),
    cost,
    files: files as Record<TableName, FileFacts>,
  };
}

/** Waits for all, even when one fails: when this rejects, no write is under way. */
async function allDone<T>(works: Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(works);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

function standingOf({ standing }: PlanDocument) {
  if (standing === null) return null;
  const { lines, nextAt, until } = standing;
  return { lines, next: nextAt?.toISOString() ?? null, until: until.toISOString() };
}

/**
 * Numbers, except `lines`, `orders` and `successors`. `requested` is the sum of `bought` and of
 * those from `short` to `pending`, and `bought` that of `exact` and `substituted`.
 */
function totalsOf(plan: PlanDocument, { outside }: TableNotes) {
  return {
    lines: plan.lines,
    /** As the plan was split, and those made besides for what they lacked. */
    orders: plan.orders,
    successors: plan.successors,
    requested: plan.requested,
    bought: plan.bought,
    exact: exactOf(plan),
    substituted: plan.substituted,
    /** Of `bought`: numbers that their orders did not ask for. */
    outside,
    short: plan.short,
    refused: plan.refused,
    undelivered: plan.undelivered,
    unknown: plan.unknown,
    cancelled: plan.cancelled,
    pending: plan.pending,
    surplus: plan.surplus,
  };
}

export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
