import { hasCode } from '../../../errors.ts';
import { findPlan } from '../../../ledger/index.ts';
import type { PlanCheck } from '../../../plan/index.ts';
import { actor } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import { problemOf } from '../../problem.ts';
import { accountFor, submitUpload, traceUpload } from '../../submission.ts';
import type { Upload } from '../../uploads.ts';
import { pageText } from '../components/page-text.ts';
import type { KeptUpload, NewPlan, PlanErrors } from './page.ts';

type Wish = {
  /** Blank when none was chosen. */
  account: string;
  /** For lines that leave it blank, as it was typed; '' for none. */
  keepTrying: string;
  again: boolean;
};

export type Result = { plan: number } | { status: number; shown: Partial<NewPlan> };

/** Stores an upload as a plan. Where it cannot, returns what the page shows instead. */
export async function submit(
  { request, reply, context }: Asked,
  upload: Upload,
  wish: Wish,
): Promise<Result> {
  const span = traceUpload(context, request, reply);
  let check: PlanCheck | undefined;
  try {
    const account = await accountFor(context, wish.account);
    const { again, keepTrying } = wish;
    const wishes = { account, reading: { keepTrying }, again, ...actor(request), span };
    const plan = await submitUpload(context, upload, wishes, (found) => {
      check = found;
    });
    span?.end();
    await upload.discard();
    return { plan };
  } catch (error) {
    span?.fail(error);
    const { status, message } = problemOf(error, context.log);
    const { account, keepTrying } = wish;
    const name = upload.name || 'plan.csv';
    const kept = { ...upload, name, account: account || null, keepTrying };
    const shown = await mendable(context, error, kept, check);
    if (!shown) await upload.discard();
    return { status, shown: shown ?? { fault: pageText(message) } };
  }
}

/** What the sender can put right with the upload kept; null when there is nothing. */
async function mendable(
  { ledger }: WebContext,
  error: unknown,
  kept: KeptUpload,
  check: PlanCheck | undefined,
): Promise<Partial<NewPlan> | null> {
  if (hasCode(error, 'bad_plan') && check) return { kept, errors: errorsOf(check) };
  if (hasCode(error, 'duplicate_file')) {
    const { plan, ...alike } = error.details;
    return { kept, earlier: { plan: await findPlan(ledger, plan), ...alike } };
  }
  return hasCode(error, 'invalid_usage') && kept.account === null ? { kept } : null;
}

function errorsOf(check: PlanCheck): PlanErrors {
  const { faults: shown, faultCount: count, faultyRows: rows, warnings, warningCount } = check;
  return { shown, count, rows, warnings, warningCount };
}
