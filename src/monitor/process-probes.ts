import type { Config } from '../config/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { openQueue } from '../queue/index.ts';
import type { Meters } from './meters.ts';
import { openProbes } from './probes.ts';
import type { Monitored } from './serving.ts';
import { watchForStuck } from './stuck.ts';

export type ProbedProcess = Pick<Monitored, 'queueOf'> & {
  meters: Meters;
  /** The accounts that this process places orders for; the probes tell when one is stuck. */
  worksFor?: string[];
};

/** Opens the listener for probes if HEALTH_PORT is set. */
export async function openProbesFor(
  { config, ledger, log }: { config: Config; ledger: Ledger; log: Log },
  { queueOf, meters, worksFor = [] }: ProbedProcess,
): Promise<{ close(): Promise<void> }> {
  if (config.healthPort === null) return { close: async () => {} };
  const watches = worksFor.map((account) =>
    watchForStuck({
      ledger,
      account,
      operations: () => meters.operations(account),
      openQueue: () => openQueue(account, { ledger, redisUrl: config.redisUrl }),
    }),
  );
  const whyStuck = () => watches.map((watch) => watch.why()).find((why) => why !== null) ?? null;
  const stopWatching = () => {
    for (const watch of watches) watch.stop();
  };
  const address = { host: config.web.host, port: config.healthPort };
  const asked = { ledger, queueOf, meters, log, whyStuck };
  const probes = await openProbes({ ...address, ...asked }).catch((error) => {
    stopWatching();
    throw error;
  });
  log.info({ url: probes.url }, 'probes are answered');
  return {
    async close() {
      stopWatching();
      await probes.close();
    },
  };
}
