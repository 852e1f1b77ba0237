import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { inPostgres } from './in-server.ts';

export type Database = { name: string; url: string; drop(): Promise<void> };

/**
 * Makes a database on a server: a copy of the template, which nobody may be connected to, or an
 * empty one. The run's id is in its name, so that none is left over.
 */
export async function createDatabase(
  serverUrl: string,
  runId: string,
  template?: string,
): Promise<Database> {
  const name = `${prefix(runId)}${randomBytes(4).toString('hex')}`;
  const copied = template ? ` template ${template}` : '';
  // Copying its files costs half of writing each of its pages to the log.
  const statement = `create database ${name} strategy file_copy${copied}`;
  await inPostgres(serverUrl, (client) => client.query(statement));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => inPostgres(serverUrl, (client) => drop(client, name)) };
}

/** Drops what the tests of a run did not drop, because they were killed, say. */
export async function dropDatabases(serverUrl: string, runId: string): Promise<void> {
  await inPostgres(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix(runId)],
    );
    for (const { datname } of rows) await drop(client, datname);
  });
}

const prefix = (runId: string) => `bulk_order_test_${runId}_`;

/** By force: a program under test that still holds a connection must not keep it alive. */
async function drop(client: Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${name} with (force)`);
}
