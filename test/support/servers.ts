import { spawnSync } from 'node:child_process';
import { describe, inject, test } from 'vitest';
import { atEnd } from './clean-up.ts';
import { findFaketime, NO_FAKETIME } from './faketime.ts';
import { findCommand } from './find-command.ts';
import { createDatabase, type Database } from './fresh-database.ts';
import { claimRedisDatabase, type RedisDatabase } from './fresh-redis.ts';
import {
  findPostgres,
  NO_POSTGRES,
  type PostgresOptions,
  postgresServer,
} from './postgres-server.ts';
import type { Server } from './provided.ts';
import { findRedis, NO_REDIS, type RedisOptions, redisServer } from './redis-server.ts';
import type { PrivateServer } from './server-process.ts';

export type { Database, PrivateServer, RedisDatabase };

/** A database with empty tables of ours, dropped at the end of the test (or of the file). */
export const freshDatabase = (): Promise<Database> =>
  databaseOf(inject('ledgerTemplates').database);

/** One that no program of ours has seen yet. */
export const emptyDatabase = (): Promise<Database> => databaseOf();

/** The same, in a locale whose `lower()` knows no letters but A to Z. */
export const databaseInC = (): Promise<Database> => databaseOf("template0 locale 'C'");

/** A copy of a template, with options of `create database` behind its name; empty without one. */
export async function databaseOf(template?: string): Promise<Database> {
  const database = await createDatabase(urlOf('postgres'), inject('runId'), template);
  atEnd(database.drop);
  return database;
}

/**
 * An empty Redis database number of its own, given back at the end of the test (or of the file).
 */
export async function freshRedis(): Promise<RedisDatabase> {
  const database = await claimRedisDatabase(urlOf('redis'));
  atEnd(database.drop);
  return database;
}

/** A started PostgreSQL that nobody else uses, to be killed and brought back at will. */
export async function privatePostgres(options?: PostgresOptions): Promise<PrivateServer> {
  return begin(await postgresServer(inject('runFolder'), options));
}

/** A started Redis that nobody else uses, to be killed and brought back at will. */
export async function privateRedis(options?: RedisOptions): Promise<PrivateServer> {
  return begin(await redisServer(inject('runFolder'), options));
}

async function begin(server: PrivateServer): Promise<PrivateServer> {
  atEnd(server.discard);
  await server.start();
  return server;
}

export const findChromium = () => findCommand('chromium') ?? findCommand('google-chrome');

const NEEDS = {
  postgres: () => why(inject('postgres')),
  redis: () => why(inject('redis')),
  'private postgres': () => (findPostgres() ? undefined : `No private PostgreSQL: ${NO_POSTGRES}.`),
  faketime: () => (findFaketime() ? undefined : `No clocks to set: ${NO_FAKETIME}.`),
  'private redis': () => (findRedis() ? undefined : `No private Redis: ${NO_REDIS}.`),
  // `script` makes pseudo-terminals.
  terminal: () =>
    spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux')
      ? undefined
      : 'There is no "script" of util-linux.',
  browser: () => (findChromium() ? undefined : 'There is no chromium in the PATH.'),
};

export type Need = keyof typeof NEEDS;

/**
 * `describe` for tests that need servers, or other programs. Where one is missing they are skipped,
 * and the title says why. Not in CI, where a test that nobody ran would look like a test that
 * passed.
 */
export function describeWith(needs: Need[], title: string, fn: () => void): void {
  const reason = needs.map((need) => NEEDS[need]()).find((missing) => missing !== undefined);
  if (!reason) describe(title, fn);
  else if (!process.env.CI) describe.skip(`${title} (skipped: ${reason})`, fn);
  else describe(title, () => test('has what it needs', () => Promise.reject(new Error(reason))));
}

export const describeWithPostgres = (title: string, fn: () => void) =>
  describeWith(['postgres'], title, fn);

export const describeWithRedis = (title: string, fn: () => void) =>
  describeWith(['redis'], title, fn);

const why = (server: Server) => ('missing' in server ? server.missing : undefined);

function urlOf(name: 'postgres' | 'redis'): string {
  const server = inject(name);
  if ('missing' in server) throw new Error(server.missing);
  return server.url;
}
