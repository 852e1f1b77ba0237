import type { Command } from 'commander';
import { keepMemoryFlat } from '../memory.ts';
import { newCommand, stopSignals } from '../terminal/index.ts';

export function addWork(program: Command): void {
  newCommand(program, 'work').action(async () => {
    keepMemoryFlat();
    const signals = stopSignals();
    // Not at the top: what is loaded before that keeps 5 MB more.
    const [monitor, queue, { openSession }, { openWorkers }] = await Promise.all([
      import('../monitor/index.ts'),
      import('../queue/index.ts'),
      import('../session/index.ts'),
      import('../worker/index.ts'),
    ]);
    await using session = await openSession('work', { logLevel: 'info' });
    const { config, ledger, log } = session;
    const own = await session.ownAccounts();
    const meters = monitor.openMeters();
    const workers = await openWorkers(session, own, meters);
    // Probes read the queues of other accounts, too.
    const others = queue.shareQueues((name) =>
      queue.openQueue(name, { ledger, redisUrl: config.redisUrl }),
    );
    const probes = await monitor
      .openProbesFor(session, {
        queueOf: async (name) => workers.queues.get(name) ?? others.of(name),
        meters,
        worksFor: [...workers.queues.keys()],
      })
      .catch(async (error) => {
        await workers.stop();
        throw error;
      });
    workers.start();
    for (const { account, settings } of own) {
      const { name, mode } = account;
      log.info({ account: name, mode, concurrency: settings.concurrency }, 'worker started');
    }
    await signals.first;
    log.info('stopping: orders in flight finish first');
    const isClean = await Promise.race([workers.stop(), signals.second.then(() => false)]);
    await probes.close();
    await others.close();
    log.info(isClean ? 'worker stopped' : 'worker stopped without waiting');
    process.exitCode = isClean ? 0 : 1;
  });
}
