import type { Command } from 'commander';
import { openMeters, openProbesFor } from '../monitor/index.ts';
import { shareQueues } from '../queue/index.ts';
import { openSession } from '../session/index.ts';
import { newCommand, stopSignals } from '../terminal/index.ts';
import { openWorkers } from '../worker/index.ts';

export function addWork(program: Command): void {
  newCommand(program, 'work').action(async () => {
    const signals = stopSignals();
    await using session = await openSession('work', { logLevel: 'info' });
    const { config, ledger, log } = session;
    const own = await session.ownAccounts();
    const meters = openMeters();
    const workers = await openWorkers(session, own, meters);
    // Probes read the queues of other accounts, too.
    const others = shareQueues({ ledger, redisUrl: config.redisUrl });
    const probes = await openProbesFor(session, {
      queueOf: async (name) => workers.queues.get(name) ?? others.of(name),
      meters,
      worksFor: [...workers.queues.keys()],
    }).catch(async (error) => {
      await workers.stop();
      throw error;
    });
    workers.start();
    for (const { account, settings } of own) {
      const { name, mode } = account;
      log.info({ account: name, mode, concurrency: settings.concurrency }, 'worker started');
    }
    const fault = await Promise.race([signals.first, session.ledger.ended]);
    log.info('stopping: orders in flight finish first');
    const isClean = await Promise.race([workers.stop(), signals.second.then(() => false)]);
    await probes.close();
    await others.close();
    log.info(isClean ? 'worker stopped' : 'worker stopped without waiting');
    process.exitCode = isClean ? 0 : 1;
    if (fault) throw fault;
  });
}
