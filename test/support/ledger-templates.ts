import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import { type Ledger, migrate, openEmbedded, openPostgres } from '../../src/ledger/index.ts';
import { createDatabase } from './fresh-database.ts';
import type { LedgerTemplates, Server } from './provided.ts';

/**
 * Ledgers with tables. Tests begin with copies of them: making one takes seconds in PGlite, and
 * dozens of test files begin with one.
 */
export async function makeTemplates(
  { runFolder, runId }: { runFolder: string; runId: string },
  postgres: Server,
): Promise<LedgerTemplates> {
  const folder = join(runFolder, 'ledger-template');
  await makeTables(await openEmbedded(folder, 'template'));
  if ('missing' in postgres) return { folder, database: '' };
  const { name, url } = await createDatabase(postgres.url, runId);
  await makeTables(openPostgres(url));
  return { folder, database: name };
}

/** The ledger's and BullMQ's, as a program has made them that was there before. */
async function makeTables(ledger: Ledger): Promise<void> {
  type Client = Parameters<typeof runMigrations>[0] & { release(): void };
  await migrate(ledger);
  const client = (await ledger.queuePool?.().connect()) as Client | undefined;
  if (client) {
    await runMigrations(client);
    client.release();
  }
  await ledger.close();
}
