import {
  closeNotice,
  type Ledger,
  type Notice,
  noteNews,
  postponeNotice,
  takeNotice,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import type { Messenger } from '../src/notice/index.ts';

export type Telling = {
  ledger: Ledger;
  messenger: Messenger;
  log: Log;
  /** Ends what is being told; it is told again later. */
  stopped: AbortSignal;
};

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 900_000;
/** What could not be told for so long is no news any more, ms. */
const GIVE_UP_MS = 86_400_000;

/**
 * Makes notices of what has happened and tells those that are due, one after the other; all workers
 * do, every few seconds. A notice is told at least once: whoever dies between telling it and writing
 * that down leaves it to be told again, under the same id.
 */
export async function tellNews({ ledger, messenger, log, stopped }: Telling): Promise<void> {
  await noteNews(ledger);
  while (!stopped.aborted) {
    const notice = await takeNotice(ledger);
    if (!notice) return;
    const fault = await messenger.tell(notice, stopped);
    if (fault !== null) return await putOff(notice, fault, { ledger, log });
    await closeNotice(ledger, notice.id);
  }
}

/** Told again later; the rest of this round waits as well: it would meet the same. */
async function putOff(
  { id, event, at, tries }: Notice,
  fault: string,
  { ledger, log }: Pick<Telling, 'ledger' | 'log'>,
): Promise<void> {
  const facts = { notice: id, event, tries, what: fault };
  if (Date.now() - at.getTime() > GIVE_UP_MS) {
    log.error(facts, 'a notice could not be told for a day and is given up');
    return closeNotice(ledger, id);
  }
  log.warn(facts, 'a notice could not be told and is tried again');
  await postponeNotice(ledger, id, waitAfter(tries));
}

/** 2 s, 4 s, 8 s … 15 minutes. */
export function waitAfter(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
}
