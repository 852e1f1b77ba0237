import { expect } from 'vitest';
import { settleOrder } from '../../src/ledger/index.ts';
import { orderRow, sql } from '../support/ledger.ts';
import { describeWith, privateRedis } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { disaster, SELDOM_MS } from './drill.ts';
import { judge } from './judge.ts';
import { expectOnlyLostClaims, heldBy, openScene, type Scene } from './scene.ts';
import { inTurn, testSideBySide } from './side-by-side.ts';

async function stopAtOnce(scene: Scene): Promise<void> {
  const { server, strike } = scene;
  const verdict = await strike(async () => {
    // As `pg_ctl stop -m immediate` does, or a failing machine.
    process.kill(server.pid!, 'SIGQUIT');
    await until(() => server.pid === undefined, { what: 'PostgreSQL has ended' });
    await server.start();
  });
  await expectOnlyLostClaims(scene, verdict);
}

async function endConnections(scene: Scene): Promise<void> {
  const { drill, strike } = scene;
  const verdict = await strike(async () => {
    for (let times = 0; times < 10; times++) {
      const before = drill.arrived();
      await sql(
        drill.ledger,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await drill.untilArrived(before + 3);
    }
  });
  await expectOnlyLostClaims(scene, verdict);
}

async function beGone(scene: Scene): Promise<void> {
  const { drill, server, strike, workers } = scene;
  const held = () => workers.flatMap(heldBy);
  const before = held().length;
  const verdict = await strike(async () => {
    await server.stop();
    await until(() => held().length > before, { what: 'answers are in hand' });
    await drill.untilQuiet();
    const arrived = drill.arrived();
    await disaster(6);
    expect(drill.arrived()).toBe(arrived);
    await server.start();
  });
  await expectOnlyLostClaims(scene, verdict);
}

/** The queue's Redis goes as well, and has forgotten everything when it comes back. */
async function beGoneTogether(scene: Scene): Promise<void> {
  const { drill, server, strike, redis } = scene;
  const verdict = await strike(async () => {
    await Promise.all([server.stop(), redis!.stop()]);
    await drill.untilQuiet();
    const arrived = drill.arrived();
    await disaster(5);
    expect(drill.arrived()).toBe(arrived);
    await redis!.start();
    await server.start();
  });
  await expectOnlyLostClaims(scene, verdict);
}

/** One is killed, the other told twice to stop; a person settles what they had in hand. */
async function outliveTheWorkers(scene: Scene): Promise<void> {
  const { drill, server, strike, workers, newWorker } = scene;
  const [one, other] = workers;
  const words = workers.map((worker) => heldBy(worker).length);
  const newlyHeld = () => workers.map((worker, index) => heldBy(worker).slice(words[index]));
  const verdict = await strike(async () => {
    await server.stop();
    await until(() => newlyHeld().every((held) => held.length > 0), {
      what: 'both have answers in hand',
    });
    await drill.untilQuiet();
    one.kill('SIGKILL');
    other.kill('SIGTERM');
    await other.waitFor('stopping: ');
    other.kill('SIGTERM');
    expect(await one.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(await other.exited).toMatchObject({ code: 1 });
    await server.start();
    await newWorker();
  });
  expect(verdict.sold).toBeGreaterThan(verdict.recorded);

  for (const { order, numbers } of newlyHeld().flat()) {
    if ((await orderRow(drill.ledger, order)).state !== 'unknown') continue;
    const by = { who: 'Ada', why: 'the numbers are in the log of the worker that died' };
    // An answer without numbers says that nothing was bought: the order waits again.
    const finding = numbers.length > 0 ? { bought: numbers } : ({ nothing: true } as const);
    await settleOrder(drill.ledger, order, finding, by, { againstEvidence: true });
  }
  const open = `select id from ledger.orders where state in ('waiting', 'sending')`;
  await until(async () => (await sql(drill.ledger, open)).length === 0, {
    what: 'what waited again is bought',
    everyMs: SELDOM_MS,
  });
  await expectOnlyLostClaims(scene, await judge(drill.ledger, drill.sandbox.books()));
}

describeWith(['private postgres', 'private redis'], 'a ledger that', () => {
  testSideBySide({
    ...inTurn(async () => openScene(await privateRedis()), {
      'is stopped at once and started in mid-run loses no purchase': stopAtOnce,
      'ends all connections again and again loses no purchase': endConnections,
      'is gone while answers are in hand gets them when it is back; until then nothing is sent':
        beGone,
    }),
    ...inTurn(() => openScene(null), {
      'also has the queue, and is stopped at once and started in mid-run, loses no purchase':
        stopAtOnce,
      'also has the queue, and ends all connections again and again, loses no purchase':
        endConnections,
      'also has the queue, and is gone while answers are in hand, gets them when it is back':
        beGone,
    }),
    ...inTurn(async () => openScene(await privateRedis()), {
      'is gone together with the queue, which comes back empty, loses no purchase': beGoneTogether,
      'outlives workers with answers in hand can be told them: their last words are the numbers':
        outliveTheWorkers,
    }),
  });
});
