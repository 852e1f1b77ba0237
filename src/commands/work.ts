import type { Command } from 'commander';
import { openWorker } from '../worker/index.ts';
import { openSession } from './session.ts';
import { stopSignals } from './signals.ts';

export function addWork(program: Command): void {
  program
    .command('work')
    .description('a worker: places the orders of all started plans, until it is told to stop')
    .action(async () => {
      const signals = stopSignals();
      await using session = await openSession('work', 'info');
      const account = await session.ownAccount();
      const { log, config } = session;
      const worker = await openWorker({ ...session, account });
      const { concurrency } = config;
      worker.start();
      log.info({ account: account.name, mode: account.mode, concurrency }, 'worker started');
      await signals.first;
      log.info('stopping: what is in flight is finished first');
      const isClean = await Promise.race([
        worker.stop().then(() => true),
        signals.second.then(() => false),
      ]);
      log.info(isClean ? 'worker stopped' : 'worker stopped at once');
      process.exitCode = isClean ? 0 : 1;
    });
}
