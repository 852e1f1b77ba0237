/** The commands of docs/backup-and-restore.md are run as they stand there. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { accountState, changeAccount, findPlan } from '../../src/ledger/index.ts';
import {
  type Drill,
  openDrill,
  SELDOM_MS,
  startWorker,
  stopInPeace,
} from '../never-twice/drill.ts';
import { testSideBySide } from '../never-twice/side-by-side.ts';
import { findPostgres, ownerOfData } from '../support/postgres-server.ts';
import { ROOT, read } from '../support/project.ts';
import {
  describeWith,
  type PrivateServer,
  privatePostgres,
  privateRedis,
} from '../support/servers.ts';
import { environmentOf } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const ORDERS = 40;
/** Orders per second. */
const RATE = 10;

/** The n-th block of commands below a heading of the page. */
function commands(heading: string, nth = 0): string {
  const page = read('docs/backup-and-restore.md');
  const section = page.split(/^## /m).find((text) => text.startsWith(heading));
  const block = [...(section ?? '').matchAll(/^```sh\n(.*?)^```$/gms)][nth]?.[1];
  if (block === undefined) throw new Error(`There is no block ${nth} below "${heading}".`);
  return block;
}

type Environment = Record<string, string>;

async function bash(script: string, env: Environment, who: object = {}): Promise<string> {
  const path = `${dirname(findPostgres()!.initdb)}:${process.env.PATH}`;
  const options = { cwd: ROOT, env: { ...process.env, ...env, PATH: path }, ...who };
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], options);
  return stdout;
}

type Ground = {
  server: PrivateServer;
  env: Environment;
  backUp(): Promise<unknown>;
  /** With the workers gone. */
  restore(): Promise<unknown>;
};

async function dumped(): Promise<Ground> {
  const server = await privatePostgres();
  const env = { DATABASE_URL: server.url, BACKUP: temporaryFolder() };
  const heading = 'PostgreSQL: dump and restore';
  return {
    ...{ server, env },
    backUp: () => bash(commands(heading, 0), env),
    restore: () => bash(commands(heading, 1), env),
  };
}

async function atMoment(): Promise<Ground> {
  // Beside the server's data, where its own user may write.
  const settings = { archive_mode: 'on', archive_command: 'cp %p ../archive/%f' };
  const server = await privatePostgres({ settings });
  const heading = 'PostgreSQL: point in time';
  const env: Environment = {
    DATABASE_URL: server.url,
    BACKUP: join(server.folder, 'backup'),
    ARCHIVE: join(server.folder, 'archive'),
    PGDATA: join(server.folder, 'data'),
  };
  const owner = ownerOfData() ?? {};
  await bash('mkdir "$BACKUP" "$ARCHIVE"', env, owner);
  return {
    ...{ server, env },
    async backUp() {
      await bash(commands(heading, 0), env, owner);
      const now = await bash(`psql "$DATABASE_URL" -Atc 'select clock_timestamp()'`, env);
      env.MOMENT = now.trim();
    },
    async restore() {
      await bash(`psql "$DATABASE_URL" -c 'select pg_switch_wal()'`, env);
      await server.stop();
      await bash(commands(heading, 1), env, owner);
      await server.start();
    },
  };
}

async function reasonOf({ ledger }: Drill): Promise<string | null> {
  return (await accountState(ledger, 'sandbox').catch(() => null))?.pausedReason ?? null;
}

async function putBack(openGround: () => Promise<Ground>): Promise<void> {
  const ground = await openGround();
  const redisUrl = (await privateRedis()).url;
  const storage = { dataDir: '', databaseUrl: ground.server.url, redisUrl };
  const drill = await openDrill(storage, { latencyMs: 300, rate: RATE });
  const newWorker = () => startWorker(drill, { requestTimeout: 2, env: { RECONCILE_AFTER: '1' } });
  const plan = await drill.plan(ORDERS);
  const first = await newWorker();
  await drill.untilArrived(ORDERS / 4);
  const pace = (rate: number) => changeAccount(drill.ledger, 'sandbox', { rate }, { who: 'Ada' });
  // However long the copy takes: what comes after it is what is lost.
  await pace(0.01);
  await ground.backUp();
  await pace(RATE);
  await drill.untilArrived(drill.arrived() + ORDERS / 4);
  await stopInPeace(first);
  await ground.restore();
  // A server that replays its log can only be read for a while.
  await until(() => pace(RATE).catch(() => null), {
    what: 'the restored database takes changes',
    everyMs: SELDOM_MS,
  });

  await newWorker();
  await until(async () => (await reasonOf(drill)) !== null, {
    what: 'the account has paused',
    everyMs: SELDOM_MS,
  });
  const env = {
    ...environmentOf(storage),
    ...ground.env,
    DIALOGTECH_URL: drill.url,
    RECONCILE_AFTER: '1',
    ACCOUNT: 'sandbox',
    USER: 'Ada',
  };
  const page = 'What the program does by itself';
  expect(await bash(commands(page, 0), env)).toContain('The ledger has gone back');
  await bash(commands(page, 1), env);
  await until(async () => (await findPlan(drill.ledger, plan)).pending === 0, {
    what: 'nothing is pending',
    everyMs: SELDOM_MS,
  });
  await drill.verdict(plan);
}

describeWith(['private postgres', 'private redis'], 'by the commands of its page, a ledger', () => {
  testSideBySide({
    'that was dumped and restored buys nothing twice': () => putBack(dumped),
    'that was put back to a moment buys nothing twice': () => putBack(atMoment),
  });
});
