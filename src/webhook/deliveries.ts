import type { Config } from '../config/index.ts';
import { doneWithin } from '../done-within.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { keepUp } from '../maintenance/index.ts';
import { deliverAll } from './deliver.ts';

/** Delivers the webhooks of a process; no worker waits for it. */
export type Deliveries = {
  start(): void;
  /** Delivers the remaining messages, for a few seconds at most. */
  stop(): Promise<void>;
};

const DELIVER_EVERY_MS = 2_000;
const LAST_DELIVERIES_MS = 3_000;

/** Does nothing when no webhook is configured. */
export function openDeliveries({ webhook }: Config, ledger: Ledger, log: Log): Deliveries {
  if (webhook === null) return { start: () => {}, stop: async () => {} };
  const stopping = new AbortController();
  const deliver = () => deliverAll({ ledger, webhook, log, stopped: stopping.signal });
  let end: (() => Promise<void>) | undefined;
  return {
    start() {
      end = keepUp(DELIVER_EVERY_MS, log, deliver);
    },
    async stop() {
      if (!end) return;
      const last = end()
        .then(deliver)
        .catch((err) => log.warn({ err }, 'not all webhooks could be delivered'));
      await doneWithin(LAST_DELIVERIES_MS, last);
      stopping.abort();
      await doneWithin(LAST_DELIVERIES_MS, last);
    },
  };
}
