import type { Command } from 'commander';
import { openSession } from '../session/index.ts';
import { newCommand, say, stopSignals } from '../terminal/index.ts';

export function addUp(program: Command): void {
  newCommand(program, 'up').action(async () => {
    const signals = stopSignals();
    // Loaded while the database opens: together they take as long.
    const loading = Promise.all([
      import('../monitor/index.ts'),
      import('../worker/index.ts'),
      import('../web/index.ts'),
    ]);
    await using session = await openSession('up');
    const [{ openMeters }, { openWorkers }, { openWebFor }] = await loading;
    const own = await session.ownAccounts();
    const meters = openMeters();
    const workers = await openWorkers(session, own, meters);
    const worksFor = [...workers.queues.keys()];
    const web = await openWebFor(session, { meters, worksFor }).catch(async (error) => {
      await workers.stop();
      throw error;
    });
    workers.start();
    const accounts = own.map(
      ({ account: { name, mode } }) =>
        `account "${name}" (${mode === 'live' ? 'LIVE' : 'sandbox: nothing is really bought'})`,
    );
    say(`bulk-order is at ${web.url}, ${accounts.join(', ')}. Ctrl-C stops it.`);
    const fault = await Promise.race([signals.first, session.ledger.ended]);
    say('Stopping: orders in flight finish first.');
    // The web closes last: people can see the last answers.
    const isClean = await Promise.race([workers.stop(), signals.second.then(() => false)]);
    await web.close();
    process.exitCode = isClean ? 0 : 1;
    if (fault) throw fault;
  });
}
