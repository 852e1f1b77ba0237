import type { FastifyReply, FastifyRequest } from 'fastify';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { type Account, findAccount, listAccounts } from '../ledger/index.ts';
import { type Submission, storePlan } from '../operations/index.ts';
import { checkPlan, type PlanCheck, type ReadOptions } from '../plan/index.ts';
import type { Span } from '../tracing/index.ts';
import type { WebContext } from './context.ts';
import { inTurn } from './upload-turns.ts';
import type { Upload } from './uploads.ts';

/** What is done for an upload, told from its first byte; a sender who traces may go on with it. */
export function traceUpload(
  { traces }: WebContext,
  { headers: { traceparent } }: FastifyRequest,
  { elapsedTime }: FastifyReply,
): Span | undefined {
  const of = typeof traceparent === 'string' ? traceparent : null;
  return traces?.begin('upload plan', { of, from: performance.now() - elapsedTime });
}

/** Judges an upload. Throws AppError `bad_plan` with its faults. */
export async function checkOrRefuse(
  upload: Upload,
  options: ReadOptions,
  span: Span | undefined,
): Promise<PlanCheck> {
  const from = performance.now();
  const check = await inTurn(() => checkPlan(upload.path, options));
  span?.did('check plan', from, { lines: check.lines, orders: check.orders });
  if (check.faultCount === 0) return check;
  const { faultCount, faultyRows, faults, warningCount, warnings } = check;
  const many = counted(faultCount, 'fault');
  throw new AppError(
    'bad_plan',
    `The plan has ${many}. Nothing was stored and nothing can start.`,
    { faultCount, faultyRows, faults, warningCount, warnings },
  );
}

/**
 * The account a plan is for: the one that is named, or the only one there is. Throws AppError
 * `invalid_usage` when it has to be chosen, `not_found` when there is none of that name.
 */
export async function chooseAccount(
  { ledger }: WebContext,
  name: string | undefined,
): Promise<Account> {
  if (name) return findAccount(ledger, name);
  const accounts = await listAccounts(ledger);
  if (accounts.length === 1) return accounts[0]!;
  const names = accounts.map((account) => account.name);
  throw new AppError(
    'invalid_usage',
    `Say which account the plan is for. There is: ${names.join(', ') || 'none yet; the first worker makes one'}.`,
    { accounts: names },
  );
}

type Wishes = Omit<Submission, 'path' | 'name'> & { name: string | undefined };

/** Stores an upload that was checked; see `storePlan`. */
export function storeUpload(
  { ledger }: WebContext,
  { path, name: file }: Upload,
  { name, ...wishes }: Wishes,
): Promise<number> {
  return inTurn(() => storePlan(ledger, { ...wishes, path, name: planName(name, file) }));
}

const NAME_MAX = 200;

/** A name is only ever shown. */
function planName(wished: string | undefined, file: string): string {
  const name = wished?.trim() || file.trim() || 'plan.csv';
  return name.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').slice(0, NAME_MAX);
}
