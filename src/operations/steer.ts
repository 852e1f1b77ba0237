import { doneWithin } from '../done-within.ts';
import {
  type Acceptance,
  type By,
  endPlans,
  findAccount,
  findPlan,
  type Ledger,
  type PlanDocument,
  steerPlan,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { type Traces, tracePlan } from '../tracing/index.ts';

export type Move = 'start' | 'pause' | 'resume' | 'cancel';

export type SteerContext = {
  ledger: Ledger;
  log: Log;
  traces?: Traces | undefined;
  /** How long to wait until all orders of a cancelled plan are counted, ms; by default, no end. */
  cancelWithinMs?: number;
};

/**
 * Steers a plan, by a person. After a cancel, no order of the plan is claimed. The rest of its
 * orders is counted as cancelled within a second, for a huge plan later. Throws as `steerPlan`
 * does.
 */
export async function steer(
  context: SteerContext,
  id: number,
  move: Move,
  by: By,
  accept?: Acceptance,
): Promise<PlanDocument> {
  const { ledger } = context;
  const act = () => steerPlan(ledger, id, move, by, accept);
  if (move === 'start') return tracePlan(context, id, 'start plan', act);
  const plan = await act();
  if (move !== 'cancel') return plan;
  await countRest(context, plan);
  return findPlan(ledger, id);
}

/** A worker would do it within a second, but there may be no worker. */
async function countRest(
  { ledger, log, cancelWithinMs = Number.POSITIVE_INFINITY }: SteerContext,
  { id, account }: PlanDocument,
): Promise<void> {
  const { id: accountId } = await findAccount(ledger, account);
  const rest = endPlans(ledger, accountId).catch((err) =>
    // The cancel is committed, so a failure here must not look like its failure.
    log.warn({ err, plan: id }, 'the rest of a cancelled plan was not counted here'),
  );
  if (Number.isFinite(cancelWithinMs)) await doneWithin(cancelWithinMs, rest);
  else await rest;
}
