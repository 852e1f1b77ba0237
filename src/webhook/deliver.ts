import {
  closeMessage,
  fillOutbox,
  type Ledger,
  type OutboxMessage,
  postponeMessage,
  takeMessage,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { sendMessage, type Webhook } from './send.ts';

type DeliverContext = {
  ledger: Ledger;
  webhook: Webhook;
  log: Log;
  /** Breaks off the delivery under way; it is tried again later. */
  stopped: AbortSignal;
};

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 900_000;
/** A message this old, ms, is dropped when it was tried some times and fails again. */
const GIVE_UP_MS = 86_400_000;
const FEWEST_TRIES = 5;

/**
 * Puts new events into the outbox and delivers the messages that are due, one after another. All
 * workers do this every few seconds. A message is delivered at least once: when a process dies
 * between the delivery and its record, another process delivers it again under the same id.
 */
export async function deliverAll({ ledger, webhook, log, stopped }: DeliverContext): Promise<void> {
  await fillOutbox(ledger);
  while (!stopped.aborted) {
    const message = await takeMessage(ledger);
    if (!message) return;
    const fault = await sendMessage(webhook, message, stopped);
    // The next message would meet the same fault: it waits for the next round.
    if (fault !== null) return await postpone(message, fault, { ledger, log });
    await closeMessage(ledger, message.id);
  }
}

async function postpone(
  { id, event, at, deliveries }: OutboxMessage,
  fault: string,
  { ledger, log }: Pick<DeliverContext, 'ledger' | 'log'>,
): Promise<void> {
  const facts = { message: id, event, tries: deliveries, what: fault };
  if (deliveries >= FEWEST_TRIES && Date.now() - at.getTime() > GIVE_UP_MS) {
    log.error(facts, 'a webhook is a day old and could not be delivered: it is given up');
    return closeMessage(ledger, id);
  }
  log.warn(facts, 'a webhook could not be delivered and is tried again');
  await postponeMessage(ledger, id, waitAfter(deliveries));
}

/** The wait after this many tries, ms: 2 s, 4 s, 8 s … 15 minutes. */
export function waitAfter(deliveries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (deliveries - 1));
}
