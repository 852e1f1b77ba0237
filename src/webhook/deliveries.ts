import type { Config } from '../config/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { keepUp } from '../maintenance/index.ts';
import { doneWithin } from '../timing/index.ts';
import { deliverAll } from './deliver.ts';

const DELIVER_EVERY_MS = 2_000;
const LAST_DELIVERIES_MS = 3_000;

/**
 * Delivers the webhooks of a process; no worker waits for it. Does nothing when no webhook is
 * configured.
 */
export function openDeliveries({ webhook }: Config, ledger: Ledger, log: Log) {
  if (webhook === null) return { start: () => {}, stop: async () => {} };
  const stopping = new AbortController();
  const deliver = () => deliverAll({ ledger, webhook, log, stopped: stopping.signal });
  let end: (() => Promise<void>) | undefined;
  return {
    start() {
      end = keepUp(DELIVER_EVERY_MS, log, deliver);
    },
    /** Delivers the remaining messages, for a few seconds at most. */
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
