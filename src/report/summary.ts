import { type PlanDocument, paceOf } from '../ledger/index.ts';
import type { FileFacts } from './facts.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

/** What `summary.json` says. */
export type Summary = {
  plan: number;
  /** The same, named as in the API and on the command line. */
  id: number;
  name: string;
  /** While it is `running`, the files are of different moments. */
  state: PlanDocument['state'];
  reason: string | null;
  account: string;
  mode: PlanDocument['mode'];
  /**
   * Orders per second. Of an ended plan, if known, the average from start to end, pauses included.
   * Otherwise the account's current pace; null: none.
   */
  pace: number | null;
  /** The account's current pace, which may differ from that of the run. */
  rate: number | null;
  /** Of the plan as it was submitted. */
  sha256: string;
  submittedBy: string;
  /** ISO 8601; null: it has not happened. */
  times: { submitted: string; started: string | null; ended: string | null };
  /**
   * Numbers, except `lines` and `orders`. `requested` is the sum of the seven after it, without
   * `surplus`.
   */
  totals: Pick<
    PlanDocument,
    | 'lines'
    | 'orders'
    | 'requested'
    | 'bought'
    | 'short'
    | 'refused'
    | 'undelivered'
    | 'unknown'
    | 'cancelled'
    | 'pending'
    | 'surplus'
  >;
  files: Record<TableName, FileFacts>;
};

/**
 * `plan` must be read before the tables: then the tables of an ended plan are complete, and those
 * of another hold at least the numbers in the totals.
 */
export async function summarize(
  plan: PlanDocument,
  factsOf: (name: TableName) => Promise<FileFacts>,
): Promise<Summary> {
  const files: Partial<Summary['files']> = {};
  for (const name of TABLE_NAMES) files[name] = await factsOf(name);
  return {
    plan: plan.id,
    id: plan.id,
    name: plan.name,
    state: plan.state,
    reason: plan.reason,
    account: plan.account,
    mode: plan.mode,
    pace: paceOf(plan) ?? plan.rate,
    rate: plan.rate,
    sha256: plan.sha256,
    submittedBy: plan.submittedBy,
    times: {
      submitted: plan.submittedAt.toISOString(),
      started: plan.startedAt?.toISOString() ?? null,
      ended: plan.endedAt?.toISOString() ?? null,
    },
    totals: {
      lines: plan.lines,
      orders: plan.orders,
      requested: plan.requested,
      bought: plan.bought,
      short: plan.short,
      refused: plan.refused,
      undelivered: plan.undelivered,
      unknown: plan.unknown,
      cancelled: plan.cancelled,
      pending: plan.pending,
      surplus: plan.surplus,
    },
    files: files as Summary['files'],
  };
}

export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
