import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { changeAccount } from '../../src/ledger/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { startCli, startWorker } from '../support/cli.ts';
import { isLong } from '../support/drill-length.ts';
import { breachesOf, sql } from '../support/ledger.ts';
import {
  describeInModes,
  environmentOf,
  openLedger,
  POSTGRES_AND_REDIS,
  type Storage,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import { mostAtOnce, sandboxOf, untilEnded } from '../support/workplace.ts';

const RATE = 20;
const ORDERS = isLong ? 2_400 : 400;

/** As docs/deploy.md has them, of each process. */
const TO_POSTGRES = 4;
const TO_REDIS = { work: 3, serve: 1 };

/** Counts the connections of the programs, from the servers' side. */
async function watchConnections({ databaseUrl, redisUrl }: Storage) {
  const postgres = new Client({ connectionString: databaseUrl!, application_name: 'onlooker' });
  await postgres.connect();
  atEnd(() => postgres.end());
  const redis = new Redis(redisUrl!);
  atEnd(() => redis.disconnect());
  const db = new URL(redisUrl!).pathname.slice(1);
  const most = { postgres: 0, redis: 0 };
  return {
    most,
    async look() {
      const { rows } = await postgres.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and application_name = 'bulk-order'`,
      );
      const clients = String(await redis.client('LIST')).split('\n');
      // This one is among them.
      const open = clients.filter((line) => line.includes(` db=${db} `)).length - 1;
      most.postgres = Math.max(most.postgres, rows[0]!.count);
      most.redis = Math.max(most.redis, open);
    },
  };
}

async function startWeb(env: Record<string, string>) {
  const serve = startCli(['serve'], { env: { ...env, PORT: '0' } });
  const [, url] = await serve.waitFor(/serves (http:\S+)\. /);
  return { serve, url: url! };
}

/** Stores a plan of orders of one number each, and starts it. Returns its id. */
async function startPlan(url: string): Promise<number> {
  const response = await fetch(`${url}/api/plans?name=fleet`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `area_code,quantity\n${'212,1\n'.repeat(ORDERS)}`,
  });
  const { id } = (await response.json()) as { id: number };
  await fetch(`${url}/api/plans/${id}/start`, { method: 'POST' });
  return id;
}

describeInModes([POSTGRES_AND_REDIS], 'four workers and the web', ({ makeStorage }) => {
  test('keep one pace, lose nothing as one comes and one goes, with few connections', async () => {
    const storage = await makeStorage();
    const sandbox = await sandboxOf({ latencyMs: 300 });
    const env = { ...environmentOf(storage), DIALOGTECH_URL: sandbox.url, RATE: String(RATE) };
    const { serve, url } = await startWeb(env);
    const connections = await watchConnections(storage);
    const workers = await Promise.all([startWorker(env), startWorker(env), startWorker(env)]);
    const id = await startPlan(url);

    const untilSold = (count: number) =>
      until(
        async () => {
          await connections.look();
          expect((await fetch(`${url}/readyz`)).status).toBe(200);
          return sandbox.books().sold >= count;
        },
        { what: `${count} have been sold`, everyMs: 200 },
      );
    const ledger = await openLedger(storage);
    const senders = () => sql(ledger, 'select distinct worker from ledger.attempts');
    await untilSold(15);
    workers.push(await startWorker(env));
    const allConnections = 4 * TO_REDIS.work + TO_REDIS.serve;
    await until(
      async () => {
        await connections.look();
        return connections.most.redis >= allConnections && (await senders()).length === 4;
      },
      { what: 'the fourth works with the others' },
    );
    await untilSold(60);
    workers[0]!.kill();
    expect((await workers[0]!.exited).code).toBe(0);
    if (isLong) await untilSold(ORDERS / 2);
    else await untilSold(sandbox.books().sold + RATE);
    // Claims come a little before their moment, and those of a worker that was held up come
    // together; without a pace for all of them it would be four times as many (test/pace/ proves
    // the bound itself).
    const claims = await sql<{ at: number }>(
      ledger,
      'select extract(epoch from claimed_at)::float8 * 1000 as at from ledger.attempts',
    );
    expect(mostAtOnce(claims.map(({ at }) => at))).toBeLessThan(RATE * 2);
    // The rest need not take its time.
    await changeAccount(ledger, 'sandbox', { rate: 500 }, { who: 'Ada' });
    await untilSold(ORDERS);

    const plan = await untilEnded(ledger, id);
    expect(plan).toMatchObject({ state: 'finished', bought: ORDERS, unknown: 0 });
    const { requests, soldTwice } = sandbox.books();
    expect([requests.length, soldTwice]).toEqual([ORDERS, 0]);
    expect(await senders()).toHaveLength(4);
    expect(await breachesOf(ledger)).toEqual([]);

    expect(connections.most.postgres).toBeLessThanOrEqual(TO_POSTGRES * 5);
    expect(connections.most.redis).toBe(allConnections);
    for (const child of [...workers.slice(1), serve]) child.kill();
    for (const child of [...workers, serve]) expect((await child.exited).code).toBe(0);
  });
});
