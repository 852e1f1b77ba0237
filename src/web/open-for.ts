import { join } from 'node:path';
import { numberingOf } from '../config/index.ts';
import { announceServer } from '../ledger/index.ts';
import { openProbesFor, type ProbedProcess } from '../monitor/index.ts';
import { shareQueues } from '../queue/index.ts';
import { currentUser, type Session } from '../session/index.ts';
import { latestPeople } from './latest-people.ts';
import { openWeb, type Web } from './server.ts';

/** Commands in other terminals find the server of an embedded ledger by its folder. */
export async function openWebFor(
  session: Session,
  { meters, worksFor }: Omit<ProbedProcess, 'queueOf'>,
): Promise<Web> {
  const { config, ledger, log } = session;
  const numbering = await numberingOf(config);
  const queues = shareQueues({ ledger, redisUrl: config.redisUrl });
  const context = {
    ledger,
    log,
    numbering,
    uploadsFolder: join(config.dataDir, 'uploads'),
    user: currentUser(),
    queueOf: queues.of,
    meters,
    traces: await session.traces(),
  };
  const people = latestPeople(config.web, session);
  const web = await openWeb(context, { ...config.web, people });
  if (ledger.kind === 'embedded') announceServer(config.dataDir, web.url);
  const close = async () => {
    people.stop();
    await web.close();
    await queues.close();
  };
  const probed = { queueOf: queues.of, meters, ...(worksFor ? { worksFor } : {}) };
  const probes = await openProbesFor(session, probed).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    ...web,
    async close() {
      await probes.close();
      await close();
    },
  };
}
