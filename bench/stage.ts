/** What a benchmark of workers is played on: a new database and queue, a vendor, and processes. */
import { Client } from 'pg';
import { type Process, runCommand, type Settings, startCommand } from './program.ts';
import { type PlanShape, startVendor, type Vendor, writePlan } from './sandbox.ts';
import type { Servers } from './servers.ts';

/** The one account that workers without keys have. */
export const ACCOUNT = 'sandbox';

/** Without a pace; an older tree that knows no `none` gets the highest pace that it takes. */
export const NO_PACE = process.env.BENCH_RATE ?? 'none';

export type Stage = AsyncDisposable & {
  folder: string;
  settings: Settings;
  vendor: Vendor;
  /** Starts a worker; with the usual log it says `worker started` when it is at work. */
  work(more?: Settings): Process;
  /** Submits a plan, started at once unless said otherwise. Returns its id. */
  submit(shape: PlanShape, how?: { start: boolean }): Promise<number>;
  command<Answer>(...args: string[]): Promise<Answer>;
  sql<Row>(text: string): Promise<Row[]>;
};

export async function openStage(
  servers: Servers,
  given: {
    queue?: 'redis' | 'postgres';
    latencyMs: number;
    settings: Settings;
    /** The program that works, unless it is the one of the sources. */
    program?: string;
  },
): Promise<Stage> {
  const { folder } = servers;
  const databaseUrl = await servers.newDatabase();
  const vendor = await startVendor(folder, given.latencyMs);
  const settings: Settings = {
    DATABASE_URL: databaseUrl,
    DIALOGTECH_URL: vendor.url,
    ...(given.queue === 'postgres' ? {} : { REDIS_URL: servers.newRedis() }),
    ...given.settings,
  };
  const command = async <Answer>(...args: string[]) =>
    (await runCommand<Answer>(args, folder, settings)).answer;
  await command('migrate');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const workers: Process[] = [];
  return {
    folder,
    settings,
    vendor,
    command,
    work(more = {}) {
      const worker = startCommand(['work'], folder, { ...settings, ...more }, given.program);
      workers.push(worker);
      return worker;
    },
    async submit(shape, { start } = { start: true }) {
      const path = writePlan(folder, shape);
      const plan = await command<{ id: number }>('submit', path, ...(start ? ['--start'] : []));
      return plan.id;
    },
    sql: async <Row>(text: string) => (await client.query(text)).rows as Row[],
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
      await client.end();
      await vendor.stop();
    },
  };
}
