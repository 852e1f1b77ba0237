import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { holdFolder, notWritable } from './hold.ts';
import type { Ledger, Queries, QueuePool } from './ledger.ts';

/**
 * Opens PostgreSQL inside this process (PGlite), kept in `folder`, which one process may hold at a
 * time. A new folder is filled from a ready-made image, since initdb alone takes 5 s.
 *
 * Throws AppError `ledger_in_use` when another process holds the folder, `bad_config` when it
 * cannot be written.
 */
export async function openEmbedded(folder: string, holder: string): Promise<Ledger> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw notWritable(folder, error);
  });
  const release = await holdFolder(folder, holder);
  try {
    const path = join(folder, 'ledger');
    const isNew = !existsSync(join(path, 'PG_VERSION'));
    const db = await PGlite.create(path, isNew ? { loadDataDir: await dataDir() } : {});
    return ledgerOn(db, release);
  } catch (error) {
    await release();
    throw error;
  }
}

function ledgerOn(db: PGlite, release: () => Promise<void>): Ledger {
  return {
    kind: 'embedded',
    ...queriesOn(db),
    transaction: (work) => db.transaction((tx) => work(queriesOn(tx))),
    queuePool: () => queuePoolOn(db),
    async close() {
      await db.close();
      await release();
    },
  };
}

function queriesOn(db: PGlite | Transaction): Queries {
  return {
    async query<Row>(_name: string, sql: string, values: readonly unknown[] = []) {
      return (await db.query<Row>(sql, [...values])).rows;
    },
    async script(sql) {
      await db.exec(sql);
    },
  };
}

/**
 * The little of `pg.Pool` that BullMQ uses, on the one connection that there is. BullMQ's own tables
 * are found through the search path; ours are always named with their schema, so both can share it.
 *
 * Its migrations say BEGIN and COMMIT in statements of their own, and a statement of ours in between
 * would join that transaction: they are run before anything else is (queue/open.ts awaits them).
 */
function queuePoolOn(db: PGlite): QueuePool {
  const query = async (text: string, values?: readonly unknown[]) => {
    const listen = /^LISTEN\s+"?(\w+)"?/im.exec(text);
    if (listen?.[1]) {
      const channel = listen[1];
      await db.listen(channel, (payload) => notices.emit('notification', { channel, payload }));
      return { rows: [] };
    }
    if (values?.length) return await db.query(text, [...values]);
    const results = await db.exec(text);
    return { rows: (results.at(-1)?.rows ?? []) as unknown[] };
  };
  const notices = new EventEmitter();
  notices.setMaxListeners(0);
  const client = Object.assign(notices, { query, release: () => {} });
  let ready: Promise<unknown> | undefined;
  return {
    async connect() {
      ready ??= db.exec('set search_path = bullmq');
      await ready;
      return client;
    },
    query,
    end: async () => {},
    on: () => {},
    removeAllListeners: () => {},
  };
}
