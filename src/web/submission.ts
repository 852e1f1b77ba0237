import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Account, listAccounts } from '../ledger/index.ts';
import { dayOf } from '../numbering/index.ts';
import { chooseAccount, type PlanToStore, storePlan } from '../operations/index.ts';
import { type AreaCodeRules, checkPlan, type PlanCheck, type ReadOptions } from '../plan/index.ts';
import type { Span } from '../tracing/index.ts';
import type { WebContext } from './context.ts';
import { inTurn } from './upload-turns.ts';
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

/**
 * How a plan's area codes are checked for this account. While none is chosen, the strictest account
 * counts.
 */
export async function areaCodesFor(
  { ledger, numbering }: WebContext,
  account?: Account,
): Promise<AreaCodeRules> {
  const accounts = account ? [account] : await listAccounts(ledger);
  const isStrict = accounts.some(({ mode }) => mode === 'live');
  return { numbering, today: dayOf(new Date()), isStrict };
}

/** Checks an upload. Throws AppError `busy`. */
export async function checkUpload(
  upload: Upload,
  options: ReadOptions,
  span: Span | undefined,
): Promise<PlanCheck> {
  const from = performance.now();
  const check = await inTurn(() => checkPlan(upload.path, options));
  span?.did('check plan', from, { lines: check.lines, orders: check.orders });
  return check;
}

/** Throws as `chooseAccount` does. */
export async function accountFor(
  { ledger }: WebContext,
  name: string | undefined,
): Promise<Account> {
  return chooseAccount(await listAccounts(ledger), name || undefined);
}

/**
 * The account of that name; without one, the only account, or undefined. Throws AppError
 * `not_found`.
 */
export async function accountMeant(
  context: WebContext,
  name: string | undefined,
): Promise<Account | undefined> {
  if (name) return accountFor(context, name);
  const [only, ...others] = await listAccounts(context.ledger);
  return others.length === 0 ? only : undefined;
}

/** Stores a checked upload; see `storePlan`. Throws AppError `busy` too. */
export function storeUpload(
  { ledger }: WebContext,
  { path, name: file }: Upload,
  wishes: Omit<PlanToStore, 'path'>,
): Promise<number> {
  const name = planName(wishes.name?.trim() || file.trim() || 'plan.csv');
  return inTurn(() => storePlan(ledger, { ...wishes, path, name }));
}

const NAME_MAX = 200;

/** A name is only shown, so it holds no control characters. */
function planName(wished: string): string {
  return wished
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
    .slice(0, NAME_MAX)
    .replace(/[\ud800-\udbff]$/, '');
}
