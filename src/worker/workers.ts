import { followAccounts, keysOf, readConfig } from '../config/index.ts';
import type { Meters } from '../monitor/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import { applySettings, type OwnAccount, type Session } from '../session/index.ts';
import { openDeliveries } from '../webhook/index.ts';
import { openWorker, type Worker } from './worker.ts';

/** The workers of a process: one an account, and none waits for another. */
export type Workers = {
  /** The queues they work on, by account. */
  queues: ReadonlyMap<string, OrderQueue>;
  start(): void;
  /** Whether all answers were recorded. */
  stop(): Promise<boolean>;
};

/**
 * Opens a worker for each of the accounts; nothing starts yet. Keys, pace and daily limits are
 * followed from then on: they may change while it works. What happens is told where that is wanted.
 *
 * Throws AppErrors `queue_down` and `bad_config`; nothing is left open then.
 */
export async function openWorkers(
  session: Session,
  own: OwnAccount[],
  meters?: Meters,
): Promise<Workers> {
  warnOfProxies(session, own);
  const traces = await session.traces();
  const followed = follow(session);
  const deliveries = openDeliveries(session.config, session.ledger, session.log);
  const workers = new Map<string, Worker>();
  async function stop(): Promise<boolean> {
    const stopping = [...workers.values()].map((worker) => worker.stop());
    const [areDrained] = await Promise.all([Promise.all(stopping), followed.stop()]);
    await deliveries.stop();
    return !areDrained.includes(false);
  }
  try {
    for (const { account } of own) {
      const { name } = account;
      const log = own.length > 1 ? session.log.child({ account: name }) : session.log;
      const meter = meters ? { meter: meters.meter(name) } : {};
      const settings = () => followed.of(name);
      workers.set(name, await openWorker({ ...session, account, settings, log, ...meter, traces }));
    }
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

/**
 * Other programs use it: where there is no other way out, the vendor is out of reach of this one.
 */
function warnOfProxies({ config: { ignoredProxies }, log }: Session, own: OwnAccount[]): void {
  if (ignoredProxies.length === 0 || own.every(({ account }) => account.mode === 'sandbox')) return;
  log.warn(
    `${ignoredProxies.join(' and ')} ` +
      `${ignoredProxies.length === 1 ? 'names a proxy that is' : 'name proxies that are'} not ` +
      'used: a proxy may repeat an order. This program needs a direct way to the vendor',
  );
}

function follow({ config, ledger, log, secrets }: Session) {
  return followAccounts(config.accounts, {
    read() {
      const now = readConfig();
      // Before anything is done with them.
      secrets.add(keysOf(now.accounts));
      return now.accounts;
    },
    async onChange(now, before) {
      await applySettings(ledger, config, now);
      const hasNewKeys =
        now.accessKey !== before.accessKey || now.secretAccessKey !== before.secretAccessKey;
      const words = hasNewKeys ? 'the keys are new' : 'the settings have changed';
      log.info({ account: now.name }, words);
    },
    onFault: (err) => log.error({ err }, 'the configuration as it is now is not taken'),
  });
}
