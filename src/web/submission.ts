import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { startOf } from '../harmless.ts';
import { type Account, listAccounts } from '../ledger/index.ts';
import { dayOf } from '../numbering/index.ts';
import { chooseAccount, type PlanToStore, refuseBadPlan, storePlan } from '../operations/index.ts';
import { type AreaCodeRules, checkPlan, type PlanCheck } from '../plan/index.ts';
import { openSlots } from '../timing/index.ts';
import type { Span } from '../tracing/index.ts';
import type { WebContext } from './context.ts';
import type { Upload } from './uploads.ts';

/** Traces an upload from its first byte on, as part of the sender's trace where there is one. */
export function traceUpload(
  { traces }: WebContext,
  { headers: { traceparent } }: FastifyRequest,
  { elapsedTime }: FastifyReply,
): Span | undefined {
  const of = typeof traceparent === 'string' ? traceparent : null;
  return traces?.begin('upload plan', { of, from: performance.now() - elapsedTime });
}

/** While no account is chosen, the strictest one counts. */
export async function areaCodesFor(
  { ledger, numbering }: WebContext,
  account?: Account,
): Promise<AreaCodeRules> {
  const accounts = account ? [account] : await listAccounts(ledger);
  const isStrict = accounts.some(({ mode }) => mode === 'live');
  return { numbering, today: dayOf(new Date()), isStrict };
}

/** Throws as `chooseAccount` does. */
export async function accountFor(
  { ledger }: WebContext,
  name: string | undefined,
): Promise<Account> {
  return chooseAccount(await listAccounts(ledger), name || undefined);
}

/** Without a name, the only account or undefined. Throws AppError `not_found`. */
export async function accountMeant(
  context: WebContext,
  name: string | undefined,
): Promise<Account | undefined> {
  if (name) return accountFor(context, name);
  const [only, ...others] = await listAccounts(context.ledger);
  return others.length === 0 ? only : undefined;
}

/**
 * Checks an upload and stores it as a plan; see `storePlan`. `onCheck` gets what was found, before
 * errors are refused. Throws AppErrors `bad_plan` and `busy` too.
 */
export async function submitUpload(
  context: WebContext,
  { path, name: file }: Upload,
  wishes: Omit<PlanToStore, 'path' | 'check'>,
  onCheck?: (check: PlanCheck) => void,
): Promise<number> {
  const { account, reading, span } = wishes;
  const areaCodes = await areaCodesFor(context, account);
  const from = performance.now();
  const check = await inTurn(() => checkPlan(path, { ...reading, areaCodes }));
  span?.did('check plan', from, { lines: check.lines, orders: check.orders });
  onCheck?.(check);
  refuseBadPlan(check, 'The plan');
  const name = planName(wishes.name?.trim() || file.trim() || 'plan.csv');
  return inTurn(() => storePlan(context.ledger, { ...wishes, check, path, name }));
}

const NAME_MAX = 200;

/** A name is only shown, so it holds no control characters. */
function planName(wished: string): string {
  return startOf(wished.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' '), NAME_MAX);
}

/** More uploads would wait for more than a minute. */
const MOST_WAITING = 20;
/** About how long an upload of 100,000 lines takes, s. */
const EACH_S = 3;

let waiting = 0;
const oneByOne = openSlots(1);

/**
 * Checks or stores one upload after the other: each takes the processor and a database connection
 * for seconds, while pages and probes must be answered. Throws AppError `busy` when too many wait.
 */
export async function inTurn<T>(use: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) {
    const retryAfterS = waiting * EACH_S;
    throw new AppError(
      'busy',
      `${waiting} uploads are waiting to be read. Nothing was stored. ` +
        `Send this one again in ${retryAfterS} s.`,
      { waiting, retryAfterS },
    );
  }
  waiting += 1;
  return oneByOne(use).finally(() => {
    waiting -= 1;
  });
}
