import { doneWithin } from '../done-within.ts';
import { AppError } from '../errors.ts';
import { type Ledger, listAccounts, requireReady } from '../ledger/index.ts';
import { type OrderQueue, queueDepth } from '../queue/index.ts';

/** What is watched. */
export type Watched = {
  ledger: Ledger;
  /** An account's queue, kept by whoever hands this over. Rejects with AppError `queue_down`. */
  queueOf(account: string): Promise<OrderQueue>;
};

/** A connection may hang for ever, and whoever asks has given up by then, ms. */
const ANSWER_WITHIN_MS = 3_000;

/**
 * That orders can be placed and looked at: the ledger answers and its tables are those of this
 * program, and so do the queues. Throws AppErrors `ledger_down`, `ledger_newer` and `queue_down`.
 */
export async function requireServing({ ledger, queueOf }: Watched): Promise<void> {
  const silent = new AppError('ledger_down', 'The database does not answer.');
  await within(requireReady(ledger), silent);
  for (const { name } of await within(listAccounts(ledger), silent)) {
    const silence = new AppError('queue_down', `The queue of "${name}" does not answer.`);
    await within(readDepth(queueOf, name), silence);
  }
}

/** Jobs in an account's queue, by what they are doing. Throws AppError `queue_down`. */
export async function readDepth(queueOf: Watched['queueOf'], account: string) {
  const queue = await queueOf(account);
  return queueDepth(queue).catch((cause) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    const message = `The queue of "${account}" cannot be reached (${reason}).`;
    throw new AppError('queue_down', message, { reason }, { cause });
  });
}

/** What the work came to; null when it failed, or takes longer than whoever asks would wait. */
export async function answeredBy<T>(work: Promise<T>): Promise<T | null> {
  const isThere = await doneWithin(ANSWER_WITHIN_MS, work).catch(() => false);
  return isThere ? work : null;
}

/** Rejects with `silence` when it takes too long. */
async function within<T>(work: Promise<T>, silence: AppError): Promise<T> {
  if (!(await doneWithin(ANSWER_WITHIN_MS, work))) throw silence;
  return work;
}
