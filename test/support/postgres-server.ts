import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Certificate, keepCertificate } from './certificate.ts';
import { findCommand } from './find-command.ts';
import { freePort } from './free-port.ts';
import { inPostgres } from './in-server.ts';
import { type PrivateServer, serverProcess } from './server-process.ts';

/**
 * Settings of a small server. What makes PostgreSQL safe (fsync, synchronous_commit, full-page
 * writes) stays on: these tests kill it and then look what is left.
 */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '32MB',
  // Its folder may lie in memory.
  max_wal_size: '256MB',
  timezone: 'UTC',
  lc_messages: 'C',
  // Most connections of a test end before a sixth run of a statement: until then PostgreSQL would
  // plan it anew for each run, which costs more than to run it. From then on it may plan like this.
  plan_cache_mode: 'force_generic_plan',
  // In the data folder, not in /dev/shm, where a server that is killed would leave it.
  dynamic_shared_memory_type: 'mmap',
};

export type PostgresOptions = {
  /** Speaks TLS as well, with this certificate. */
  tls?: Certificate;
  /** What else is set, or set otherwise. */
  settings?: Record<string, string | number>;
  /** What its processes find in their environment; see faketime.ts. */
  env?: Record<string, string>;
};

export const NO_POSTGRES = 'there is no postgres with its initdb in the PATH or below /usr/lib';

/** The one in the PATH, else the newest one where Debian keeps them, out of the PATH. */
export function findPostgres(): { postgres: string; initdb: string } | undefined {
  const folders = globSync('/usr/lib/postgresql/*/bin').sort(byVersion);
  const postgres = findCommand('postgres', folders);
  if (!postgres) return undefined;
  // A link in the PATH leads to the folder where initdb lies beside it, of the same version.
  const initdb = join(dirname(realpathSync(postgres)), 'initdb');
  return findCommand('initdb', [dirname(initdb)]) ? { postgres, initdb } : undefined;
}

const byVersion = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true });

/** A PostgreSQL of this machine, not started yet, that keeps its things in a folder of its own. */
export async function postgresServer(
  parent: string,
  options: PostgresOptions = {},
): Promise<PrivateServer> {
  const commands = findPostgres();
  if (!commands) throw new Error(`PostgreSQL cannot be started: ${NO_POSTGRES}.`);
  const owner = ownerOfData();
  const folder = mkdtempSync(join(parent, 'postgres-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');

  // It keeps the owner, which Node's own copy does not.
  await run('cp', ['-a', await newCluster(parent, commands.initdb, owner), data]);
  return serverOn(folder, options);
}

/**
 * A cluster that nobody has used, the same one for all servers in a folder and in those below it:
 * initdb takes long.
 */
async function newCluster(
  parent: string,
  initdb: string,
  owner: { uid: number; gid: number } | undefined,
): Promise<string> {
  const clusters = upwards(parent).map((each) => join(each, 'new-cluster'));
  const [cluster = ''] = clusters;
  const made = clusters.find((each) => existsSync(each));
  if (made) return made;
  const folder = mkdtempSync(join(parent, 'initdb-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  // It need not be synced to disk: were the machine to fail now, no test would mind.
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  await run(initdb, args, { cwd: folder, env, ...owner });
  try {
    await rename(data, cluster);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(cluster)) throw error;
  }
  await rm(folder, { recursive: true, force: true });
  return cluster;
}

const upwards = (folder: string): string[] =>
  folder === dirname(folder) ? [folder] : [folder, ...upwards(dirname(folder))];

const run = promisify(execFile);

/**
 * A replica of a server that runs, not started yet: a copy of its data that follows it, some time
 * behind, until it is promoted.
 */
export async function replicaOf(
  primary: PrivateServer,
  options: PostgresOptions = {},
): Promise<PrivateServer> {
  const commands = findPostgres()!;
  const owner = ownerOfData();
  const folder = mkdtempSync(join(dirname(primary.folder), 'replica-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const backup = join(dirname(commands.initdb), 'pg_basebackup');
  const args = ['-D', join(folder, 'data'), '-d', primary.url, '-R', '-X', 'stream', '-c', 'fast'];
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  await run(backup, args, { cwd: folder, env, ...owner });
  return serverOn(folder, options);
}

/** The server of the cluster in `folder`/data. */
async function serverOn(
  folder: string,
  { tls, settings: others = {}, env: further }: PostgresOptions,
): Promise<PrivateServer> {
  const commands = findPostgres()!;
  const owner = ownerOfData();
  const data = join(folder, 'data');
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const files = tls && keepCertificate(tls, folder, owner);
  const settings = Object.entries({
    ...SETTINGS,
    port,
    ...(files ? tlsSettings(files) : {}),
    ...others,
  });
  return serverProcess({
    name: 'PostgreSQL',
    url,
    port,
    folder,
    command: commands.postgres,
    args: ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: further,
    ...(owner && { owner }),
    stopSignal: 'SIGINT', // "fast": ends sessions, writes a checkpoint
    lastSignal: 'SIGQUIT', // "immediate": no checkpoint, but lets go of shared memory
    answers: () => selectOne(url),
    sweep: () => removeSharedMemory(data),
  });
}

function tlsSettings({ certificate, privateKey }: Record<keyof Certificate, string>) {
  return { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: privateKey };
}

/** PostgreSQL refuses to run as root. Then it runs as its usual user, or as nobody. */
export function ownerOfData(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, user]));
    if (uid?.status === 0 && gid?.status === 0) {
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user postgres or nobody.');
}

/**
 * A server that was killed leaves a small segment of System V memory that only a next start would
 * find. Its number is the last word of line 7 of the file that the killed server left, too.
 */
function removeSharedMemory(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const segment = readFileSync(file, 'utf8').split('\n')[6]?.trim().split(/\s+/)[1];
  if (segment) spawnSync('ipcrm', ['-m', segment]);
}

async function selectOne(url: string): Promise<true> {
  await inPostgres(url, (client) => client.query('select 1'), { connectionTimeoutMillis: 1_000 });
  return true;
}
