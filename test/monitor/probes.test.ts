import { beforeAll, describe, expect, test } from 'vitest';
import { changeAccount, type Ledger } from '../../src/ledger/index.ts';
import { openMeters, openProbes, watchForStuck } from '../../src/monitor/index.ts';
import { shareQueues } from '../../src/queue/index.ts';
import { BY } from '../support/by.ts';
import { atEnd } from '../support/clean-up.ts';
import { newAccount, newPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { claimOne } from '../support/sending.ts';
import { describeWith, freshDatabase, privateRedis } from '../support/servers.ts';
import { openLedger, openQuickLedger } from '../support/storage.ts';
import { until } from '../support/until.ts';

const HERE = { host: '127.0.0.1', port: 0, log: silentLog };
async function ask(url: string, method = 'GET') {
  const response = await fetch(url, { method });
  return { status: response.status, body: await response.json() };
}

describe('whether a worker is stuck', () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await openQuickLedger();
  });

  /** A process that does nothing for orders, unless told, and looks all the time. */
  async function openProcess(account: string) {
    let operations = 0;
    let isAway = false;
    const queues = shareQueues({ ledger, redisUrl: null });
    atEnd(queues.close);
    const stuck = watchForStuck({
      ledger,
      openQueue: async () => {
        if (isAway) throw new Error('Redis is away');
        return { ...(await queues.of(account)), close: async () => {} };
      },
      account,
      operations: () => operations,
      stuckAfterMs: 150,
      lookEveryMs: 20,
    });
    atEnd(stuck.stop);
    const place = { ledger, queueOf: queues.of, meters: openMeters() };
    const probes = await openProbes({ ...HERE, ...place, whyStuck: stuck.why });
    atEnd(probes.close);
    return {
      queue: await queues.of(account),
      takeQueueAway: () => {
        isAway = true;
      },
      alive: () => ask(`${probes.url}/healthz`),
      /** While it does something for an order before each look, when that is wished. */
      async comesToBe(status: number, { working = false } = {}) {
        return until(
          async () => {
            if (working) operations += 1;
            const answer = await ask(`${probes.url}/healthz`);
            return answer.status === status && answer;
          },
          { what: `/healthz answers ${status}` },
        );
      },
    };
  }

  test('it is when orders wait and none is taken up; with progress it is alive again', async () => {
    const account = await newAccount(ledger, 1000);
    const { alive, comesToBe } = await openProcess(account.name);
    expect(await alive()).toEqual({ status: 200, body: { alive: true } });
    const plan = await newPlan(ledger, { account });
    expect((await comesToBe(503)).body).toEqual({
      alive: false,
      why: expect.stringMatching(
        `^1 orders of account "${account.name}" wait, and none has been taken up for \\d+ s.$`,
      ),
    });
    // Its own operation, without a trace in the ledger.
    await comesToBe(200, { working: true });
    await comesToBe(503);
    // Another worker's.
    await claimOne(ledger, plan);
    await comesToBe(200);
  });

  test.each([
    ['the account is paused', (name: string) => changeAccount(ledger, name, { pause: 'x' }, BY)],
    [
      'the vendor wants a rest',
      (name: string) =>
        ledger.query(
          `update ledger.accounts set resume_at = clock_timestamp() + interval '1 h' where name
            = $1`,
          [name],
        ),
    ],
  ])('it is not while %s', async (_why, rest) => {
    const account = await newAccount(ledger, 1000);
    const { comesToBe } = await openProcess(account.name);
    await newPlan(ledger, { account });
    await comesToBe(503);
    await rest(account.name);
    await comesToBe(200);
  });

  test('it is not while the queue is paused by a person, or away', async () => {
    const account = await newAccount(ledger, 1000);
    const { comesToBe, queue, takeQueueAway } = await openProcess(account.name);
    await newPlan(ledger, { account });
    await comesToBe(503);
    await queue.queue.pause();
    await comesToBe(200);
    await queue.queue.resume();
    await comesToBe(503);
    takeQueueAway();
    await comesToBe(200);
  });

  test('it is not while an order may still be answered, nor by a plan not started', async () => {
    const account = await newAccount(ledger, 1000);
    const { comesToBe } = await openProcess(account.name);
    const plan = await newPlan(ledger, { account });
    await newPlan(ledger, { account });
    await comesToBe(503);
    await claimOne(ledger, plan);
    await comesToBe(200);
    const another = await newAccount(ledger, 1000);
    const held = await openProcess(another.name);
    await newPlan(ledger, { account: another, started: false });
    // The first account's order is long given up by then, and this one's process is still well.
    await ledger.query(`update ledger.attempts set deadline_tick = 0`);
    await comesToBe(503);
    expect((await held.alive()).status).toBe(200);
  });
});

describeWith(['postgres', 'private redis'], 'whether a process can serve', () => {
  test('it says what is away, or hangs', async () => {
    const redis = await privateRedis();
    const { url } = await freshDatabase();
    const ledger = await openLedger({ databaseUrl: url, redisUrl: redis.url, dataDir: '' });
    await newAccount(ledger);
    const queues = shareQueues({ ledger, redisUrl: redis.url });
    atEnd(queues.close);
    const place = { ledger, queueOf: queues.of, meters: openMeters() };
    const probes = await openProbes({ ...HERE, ...place });
    atEnd(probes.close);
    const ready = () => ask(`${probes.url}/readyz`);
    expect(await ready()).toEqual({ status: 200, body: { ready: true } });

    await redis.stop();
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'queue_down' } });
    const metrics = await (await fetch(`${probes.url}/metrics`)).text();
    expect(metrics).toMatch(/^bulk_order_queue_up\{account="account \d+"\} 0$/m);
    expect(metrics).toContain('bulk_order_ledger_up 1\n');
    await redis.start();
    await until(async () => (await ready()).status === 200, { what: 'Redis is back' });

    // Its connections stay, and it answers nothing more.
    process.kill(redis.pid!, 'SIGSTOP');
    expect((await ready()).body).toMatchObject({
      code: 'queue_down',
      why: expect.stringMatching(/^The queue of "account \d+" does not answer.$/),
    });
    process.kill(redis.pid!, 'SIGCONT');

    await ledger.script('delete from ledger.migrations');
    expect((await ready()).body).toMatchObject({
      code: 'ledger_down',
      why: expect.stringContaining('Run "migrate"'),
    });
    expect((await ask(`${probes.url}/healthz`)).status).toBe(200);
  });
});

test('what is not asked for is not there, and nothing can be sent', async () => {
  const ledger = {} as Ledger;
  const queueOf = () => Promise.reject(new Error('not asked'));
  const probes = await openProbes({ ...HERE, ledger, queueOf, meters: openMeters() });
  atEnd(probes.close);
  expect((await ask(`${probes.url}/`)).status).toBe(404);
  expect((await ask(`${probes.url}/healthz`, 'POST')).status).toBe(405);
  const taken = openProbes({
    ...HERE,
    port: Number(new URL(probes.url).port),
    ledger,
    queueOf,
    meters: openMeters(),
  });
  await expect(taken).rejects.toMatchObject({
    code: 'bad_config',
    message: expect.stringContaining('another program listens there. Set HEALTH_PORT'),
  });
});
