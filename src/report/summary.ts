import { type PlanDocument, paceOf } from '../ledger/index.ts';
import type { FileFacts } from './facts.ts';
import { TABLE_NAMES, type TableName } from './tables.ts';

/** What `summary.json` says. */
export type Summary = {
  plan: number;
  /** The same, by the name that the API and the command line have for it. */
  id: number;
  name: string;
  /** While it is `running`, the files are of the moments at which each was read. */
  state: PlanDocument['state'];
  reason: string | null;
  account: string;
  mode: PlanDocument['mode'];
  /**
   * Orders per second: of a plan that has ended, on average from its start to its end, pauses
   * included, where that is known. Else the account's at that moment; null: none was set.
   */
  pace: number | null;
  /** The account's pace at that moment, whatever it was while the plan ran. */
  rate: number | null;
  /** Of the plan as it was submitted. */
  sha256: string;
  submittedBy: string;
  /** ISO 8601; null for what has not happened. */
  times: { submitted: string; started: string | null; ended: string | null };
  /**
   * Of numbers, but for `lines` and `orders`: requested is the sum of the seven after it. Surplus
   * is beside it.
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
 * For a plan that was looked at before its tables are read: when it had ended by then, the tables
 * are complete, and otherwise they hold no less than the totals say was bought.
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
