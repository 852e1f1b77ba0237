import { followAccounts, keysOf, readConfig } from '../config/index.ts';
import type { Meters } from '../monitor/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import { applySettings, type OwnAccount, type Session } from '../session/index.ts';
import { openDeliveries } from '../webhook/index.ts';
import { openWorker, type Worker } from './worker.ts';

/** The workers of a process, one for each account. */
export type Workers = {
  /** By account. */
  queues: ReadonlyMap<string, OrderQueue>;
  start(): void;
  /** Resolves to whether all answers were recorded. */
  stop(): Promise<boolean>;
};

/**
 * Opens a worker for each account, and the delivery of webhooks. Workers follow changes of keys,
 * address, pace, prices, limits and thresholds in the configuration. Other changes need a restart.
 *
 * Throws AppErrors `queue_down`, `ledger_down` and `bad_config`, and then leaves nothing open.
 */
export async function openWorkers(
  session: Session,
  own: OwnAccount[],
  meters?: Meters,
): Promise<Workers> {
  warnOfProxies(session, own);
  const traces = await session.traces();
  const configuration = follow(session);
  const deliveries = openDeliveries(session.config, session.ledger, session.log);
  const workers = new Map<string, Worker>();
  async function stop(): Promise<boolean> {
    const stopping = [...workers.values()].map((worker) => worker.stop());
    const [areDrained] = await Promise.all([Promise.all(stopping), configuration.stop()]);
    await deliveries.stop();
    return !areDrained.includes(false);
  }
  try {
    for (const { account } of own) {
      const { name } = account;
      const log = own.length > 1 ? session.log.child({ account: name }) : session.log;
      const worker = await openWorker({
        ...{ ...session, account, log, traces },
        settings: () => configuration.of(name),
        isHalted: () => configuration.isHalted(name),
        ...(meters ? { meter: meters.meter(name) } : {}),
      });
      workers.set(name, worker);
    }
    await takeVendorAccounts([...workers.values()]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    queues: new Map([...workers].map(([name, { queue }]) => [name, queue])),
    start() {
      for (const worker of workers.values()) worker.start();
      deliveries.start();
    },
    stop,
  };
}

/** Only the second round counts: in the first, each worker gives up what it had with other keys. */
async function takeVendorAccounts(workers: Worker[]): Promise<void> {
  await Promise.allSettled(workers.map((worker) => worker.takeVendorAccount()));
  for (const worker of workers) await worker.takeVendorAccount();
}

/** The operator may expect that this program uses the proxy, as other programs do. */
function warnOfProxies({ config: { ignoredProxies }, log }: Session, own: OwnAccount[]): void {
  if (ignoredProxies.length === 0 || own.every(({ account }) => account.mode === 'sandbox')) return;
  log.warn(
    `A proxy may repeat an order, so the program ignores ${ignoredProxies.join(' and ')}. ` +
      'It needs a direct connection to the vendor',
  );
}

function follow({ config, ledger, log, secrets, keys }: Session) {
  return followAccounts(config, {
    async read() {
      const now = await readConfig();
      // First: texts are scrubbed of keys before the keys are used.
      for (const known of [secrets, keys]) known.add(keysOf(now.accounts));
      return now;
    },
    async onChange({ config, now, changed, kept }) {
      const account = now.name;
      // Only what changed: a person may have changed other settings meanwhile.
      const settings = Object.fromEntries(changed.map((name) => [name, now[name]]));
      await applySettings(ledger, config, account, settings);
      if (kept.length > 0)
        log.warn(
          { account, settings: kept },
          'settings were removed from the configuration, and the account keeps its values',
        );
      if (changed.length === 0) return;
      const hasNewKeys = changed.includes('accessKey') || changed.includes('secretAccessKey');
      const words = hasNewKeys ? 'the keys have changed' : 'the settings have changed';
      log.info({ account, settings: changed }, words);
    },
    onFault: (err) => log.error({ err }, 'some or all of the new configuration is not used'),
  });
}
