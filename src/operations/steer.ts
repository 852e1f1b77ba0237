import {
  type Acceptance,
  type By,
  closeLines,
  endPlans,
  findAccount,
  findPlan,
  type Ledger,
  type Overruled,
  type PlanDocument,
  steerPlan,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { doneWithin } from '../timing/index.ts';
import { type Traces, tracePlan } from '../tracing/index.ts';
import { requireSigned } from './settle.ts';

export type Move = 'start' | 'pause' | 'resume' | 'cancel';

type SteerContext = {
  ledger: Ledger;
  log: Log;
  traces?: Traces | undefined;
  /** How long to wait until a cancelled or closed plan has ended, ms; by default, no end. */
  endWithinMs?: number;
};

/**
 * Steers a plan for a person. After a cancel, none of its orders is claimed; the rest count as
 * cancelled within a second, of a huge plan later. Throws as `steerPlan` does.
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
  await endHere(context, plan);
  return findPlan(ledger, id).catch(() => plan);
}

/** What the lines lack stays short. Throws as `closeLines` does. */
export async function close(
  context: SteerContext,
  id: number,
  line: number | null,
  by: By,
  seen?: string,
): Promise<PlanDocument> {
  const plan = await closeLines(context.ledger, id, line, by, seen);
  await endHere(context, plan);
  return findPlan(context.ledger, id).catch(() => plan);
}

type SaidRetry = { againstEvidence?: boolean | undefined; why?: string | undefined };

export type RetryWish = { by: By; againstEvidence: Overruled };

/** Throws AppError `invalid_usage` when evidence is overruled without a name or a reason. */
export function readRetry({ againstEvidence = false, why }: SaidRetry, signer: By): RetryWish {
  return { by: againstEvidence ? requireSigned(signer, why) : { ...signer, why }, againstEvidence };
}

/** A worker would do it within a second, but there may be no worker. */
async function endHere(
  { ledger, log, endWithinMs = Number.POSITIVE_INFINITY }: SteerContext,
  { id, account }: PlanDocument,
): Promise<void> {
  const rest = findAccount(ledger, account)
    .then(({ id: accountId }) => endPlans(ledger, accountId))
    .catch((err) =>
      // The move is committed, so a failure here must not look like its failure.
      log.warn({ err, plan: id }, 'a plan was not ended here: a worker will do it'),
    );
  if (Number.isFinite(endWithinMs)) await doneWithin(endWithinMs, rest);
  else await rest;
}
