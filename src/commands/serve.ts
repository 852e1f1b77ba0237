import { join } from 'node:path';
import type { Command } from 'commander';
import { announceServer, listAccounts } from '../ledger/index.ts';
import { openMeters } from '../monitor/index.ts';
import { openQueue, shareQueues } from '../queue/index.ts';
import type { Web } from '../web/index.ts';
import { latestSignIn } from './latest-sign-in.ts';
import { say } from './output.ts';
import { openProbesFor, type ProbedProcess } from './probes.ts';
import { currentUser, openSession, type Session } from './session.ts';
import { stopSignals } from './signals.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('the web page and the API, beside workers that run elsewhere; until told to stop')
    .action(async () => {
      const signals = stopSignals();
      await using session = await openSession('serve');
      // Whoever serves needs no keys, so the account they belong to is only made when there is none,
      // and those of a file when it is named: plans choose among them.
      const hasFile = session.config.accountsFile !== null;
      if (hasFile || (await listAccounts(session.ledger)).length === 0) await session.ownAccounts();
      const web = await openWebFor(session, { meters: openMeters() });
      say(`bulk-order serves ${web.url}. Orders are placed by workers: "work" is one.`);
      await signals.first;
      await web.close();
    });
}

/**
 * Opens the web on a command's ledger, and the probes where they are wanted. Commands in other
 * terminals find it by the ledger's folder.
 */
export async function openWebFor(
  session: Session,
  { meters, worksFor }: Omit<ProbedProcess, 'queueOf'>,
): Promise<Web> {
  const { config, ledger, log } = session;
  const queues = shareQueues((name) => openQueue(name, { ledger, redisUrl: config.redisUrl }));
  const context = {
    ledger,
    log,
    uploadsFolder: join(config.dataDir, 'uploads'),
    user: currentUser(),
    queueOf: queues.of,
    meters,
    traces: await session.traces(),
  };
  // Not at the top: it takes as long to load as all the other commands together.
  const { openWeb } = await import('../web/index.ts');
  const followed = config.web.signIn && latestSignIn(config.web.signIn, session);
  const web = await openWeb(context, { ...config.web, signIn: followed?.signIn ?? null });
  if (ledger.kind === 'embedded') announceServer(config.dataDir, web.url);
  const close = async () => {
    followed?.stop();
    await web.close();
    await queues.close();
  };
  const probed = { queueOf: queues.of, meters, ...(worksFor ? { worksFor } : {}) };
  const probes = await openProbesFor(session, probed).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    url: web.url,
    async close() {
      await probes.close();
      await close();
    },
  };
}
