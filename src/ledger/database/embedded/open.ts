import { basename, dirname, resolve } from 'node:path';
import type { AppError } from '../../../errors.ts';
import { isEmbeddedIn, ledgerIn, makeFolder } from '../../../folders/index.ts';
import { type Ledger, ledgerClosed, type Queries } from '../../ledger.ts';
import { migrate } from '../migrate.ts';
import type { Database } from './database.ts';
import { lockFolder, notWritable } from './folder-lock.ts';
import type { Journal } from './journal.ts';
import { openJournal } from './open-journal.ts';
import { syncFolder } from './sync.ts';

/**
 * Opens PGlite, and the journal beside it, in `folder`, which one process may hold at a time.
 * Throws AppError `ledger_in_use` when another process holds it, `bad_config` when it cannot be
 * written, `ledger_broken` when what is in it cannot be read.
 */
export async function openEmbedded(folder: string, holder: string): Promise<Ledger> {
  await makeSynced(folder);
  const release = lockFolder(folder, holder);
  let journal: Journal | undefined;
  try {
    journal = openJournal(folder, !isEmbeddedIn(folder));
    return await ledgerOn(folder, journal, release);
  } catch (error) {
    journal?.close();
    release();
    throw error;
  }
}

async function makeSynced(folder: string): Promise<void> {
  try {
    const first = await makeFolder(folder, 0o700);
    if (!first) return;
    for (let path = resolve(folder); ; path = dirname(path)) {
      syncFolder(dirname(path));
      if (path === first) return;
    }
  } catch (error) {
    throw notWritable(folder, error);
  }
}

async function ledgerOn(folder: string, journal: Journal, release: () => void): Promise<Ledger> {
  // PGlite takes a third of a second to load, and most commands run without it.
  const { openDatabase } = await import('./database.ts');
  const { sessionOn } = await import('./session.ts');
  const database = await openDatabase(folder, journal.isOriginal);
  const { watch } = journal;
  watch.add(basename(ledgerIn(folder)));
  const ended = Promise.withResolvers<AppError>();
  let closed: AppError | undefined;
  const stopped = () => {
    // The journal takes its file of new marks along.
    if (closed) return closed;
    const why = watch.lost() ?? database.stopped();
    if (why) ended.resolve(why);
    return why;
  };
  const session = sessionOn({ ...database, stopped });
  await finishMaking(database, session).catch(async (error) => {
    await database.close();
    throw error;
  });
  return {
    kind: 'embedded',
    ...session,
    queuePool: null,
    journal,
    warnings: [...journal.warnings, ...database.warnings],
    ended: ended.promise,
    async close() {
      const lost = watch.lost();
      closed = ledgerClosed();
      try {
        // It would write to files of another ledger that have the names of its own now.
        if (!lost) await database.close();
      } finally {
        journal.close();
        release();
      }
    },
  };
}

/** Until a new database is on the disk, nothing is said to be stored. */
async function finishMaking(
  { leaveImage, whole }: Database,
  session: Queries & Pick<Ledger, 'transaction'>,
): Promise<void> {
  if (leaveImage) {
    await migrate(session);
    await session.script('checkpoint');
    leaveImage();
  }
  await whole;
}
