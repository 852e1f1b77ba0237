import { AppError } from '../errors.ts';
import { type Ledger, listAccounts, requireReady } from '../ledger/index.ts';
import { type OrderQueue, queueDepth } from '../queue/index.ts';
import { doneWithin } from '../timing/index.ts';

export type Monitored = {
  ledger: Ledger;
  /** An account's queue, which the caller does not close. Rejects with AppError `queue_down`. */
  queueOf(account: string): Promise<OrderQueue>;
};

/** Limit for an answer, ms: a connection may hang for ever, and the caller has given up by then. */
const ANSWER_WITHIN_MS = 3_000;

/**
 * Checks that orders can be placed and read: the ledger answers, its tables fit this program, and
 * the queues answer. Throws AppErrors `ledger_down`, `ledger_newer` and `queue_down`.
 */
export async function requireServing({ ledger, queueOf }: Monitored): Promise<void> {
  const silent = new AppError('ledger_down', 'The database does not answer.');
  await requireAnswer(requireReady(ledger), silent);
  for (const { name } of await requireAnswer(listAccounts(ledger), silent)) {
    const silence = new AppError('queue_down', `The queue of "${name}" does not answer.`);
    await requireAnswer(readDepth(queueOf, name), silence);
  }
}

/** Jobs in an account's queue, by state. Throws AppError `queue_down`. */
export async function readDepth(queueOf: Monitored['queueOf'], account: string) {
  const queue = await queueOf(account);
  return queueDepth(queue).catch((cause) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    const message = `The queue of "${account}" cannot be reached (${reason}).`;
    throw new AppError('queue_down', message, { reason }, { cause });
  });
}

/** The result; null when it failed or took longer than the caller waits. */
export async function answeredBy<T>(work: Promise<T>): Promise<T | null> {
  const isThere = await doneWithin(ANSWER_WITHIN_MS, work).catch(() => false);
  return isThere ? work : null;
}

/** Rejects with `silence` when it takes too long. */
async function requireAnswer<T>(work: Promise<T>, silence: AppError): Promise<T> {
  if (!(await doneWithin(ANSWER_WITHIN_MS, work))) throw silence;
  return work;
}
