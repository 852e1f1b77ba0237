import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Child } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import {
  describeWith,
  freshDatabase,
  type PrivateServer,
  privateRedis,
} from '../support/servers.ts';
import { until } from '../support/until.ts';
import { untilEnded } from '../support/workplace.ts';
import { type Drill, disaster, logOf, openDrill, startWorker } from './drill.ts';
import { inTurn, testSideBySide } from './side-by-side.ts';

const ORDERS = 80;

type Scene = {
  server: PrivateServer;
  redis: Redis;
  drill: Drill;
  workers: Child[];
  /** Waits until `orders` of the plan have arrived since the beginning of the strike. */
  untilArrived(orders: number): Promise<unknown>;
  /** A new plan of `orders` orders. */
  submit(orders: number): Promise<void>;
  /**
   * Does it in mid-run of a new plan, and waits for all plans to end. The ledger is there all the
   * time, so every order ever placed must be bought, by one request. A claim that could not be
   * marked was given back, and is an attempt of its own.
   */
  strike(blow: () => Promise<unknown>): Promise<void>;
};

async function openScene(): Promise<Scene> {
  const server = await privateRedis();
  const redis = new Redis(server.url);
  redis.on('error', () => {});
  atEnd(() => redis.disconnect());
  const { url } = await freshDatabase();
  const drill = await openDrill({ dataDir: '', databaseUrl: url, redisUrl: server.url });
  const workers = await Promise.all([startWorker(drill), startWorker(drill)]);
  let before = 0;
  let submitted = 0;
  const plans: number[] = [];
  const submit = async (orders: number) => {
    submitted += orders;
    plans.push(await drill.plan(orders));
  };
  const untilArrived = (orders: number) => drill.untilArrived(before + orders);
  return {
    server,
    redis,
    drill,
    workers,
    untilArrived,
    submit,
    async strike(blow) {
      before = submitted;
      await submit(ORDERS);
      await untilArrived(ORDERS / 4);
      await blow();
      for (const plan of plans.slice(0, -1)) await untilEnded(drill.ledger, plan);
      const verdict = await drill.verdict(plans.at(-1)!);
      const all = {
        orders: submitted,
        states: { filled: submitted },
        requests: submitted,
      };
      expect(verdict).toMatchObject(all);
    },
  };
}

/** Nothing is sent while it lasts, because nothing can be fetched. */
async function holdUp({ drill }: Scene, seconds: number): Promise<void> {
  await drill.untilQuiet();
  const arrived = drill.arrived();
  await disaster(seconds);
  expect(drill.arrived()).toBe(arrived);
}

const beEmptied = ({ strike, redis, untilArrived }: Scene) =>
  strike(async () => {
    await redis.flushall();
    await untilArrived(ORDERS / 2);
    await redis.flushall();
    await untilArrived((ORDERS * 3) / 4);
    await redis.flushall();
  });

const beKilled = ({ strike, server }: Scene) =>
  strike(async () => {
    await server.kill();
    await server.start();
  });

const beGone = (scene: Scene) =>
  scene.strike(async () => {
    await scene.server.stop();
    await holdUp(scene, 5);
    await scene.server.start();
  });

const beReadOnly = (scene: Scene) =>
  scene.strike(async () => {
    await scene.redis.replicaof('127.0.0.1', scene.server.port);
    await holdUp(scene, 3);
    await scene.redis.replicaof('NO', 'ONE');
  });

const beFull = (scene: Scene) =>
  scene.strike(async () => {
    await scene.redis.config('SET', 'maxmemory', '1');
    // Something that has to be put into the queue is there, however much had been bought by then.
    await scene.submit(20);
    await until(() => scene.workers.every((worker) => worker.stderr.includes('OOM')), {
      what: 'both workers have said why nothing goes on',
    });
    await disaster(3);
    await scene.redis.config('SET', 'maxmemory', '0');
  });

/** It neither answers nor breaks a connection. */
const hang = (scene: Scene) =>
  scene.strike(async () => {
    process.kill(scene.server.pid!, 'SIGSTOP');
    await holdUp(scene, 3);
    process.kill(scene.server.pid!, 'SIGCONT');
  });

/** Nothing is in flight, so there is nothing to wait for. */
async function letGo({ workers }: Scene): Promise<void> {
  for (const worker of workers) worker.kill('SIGTERM');
  for (const worker of workers) {
    expect(await worker.exited).toMatchObject({ code: 0 });
    expect(logOf(worker).at(-1)).toMatchObject({ msg: 'worker stopped' });
    expect(worker.stderr).not.toContain('stopped before all answers were recorded');
  }
}

describeWith(['postgres', 'private redis'], 'a Redis that', () => {
  testSideBySide({
    ...inTurn(openScene, {
      'is emptied three times loses nothing and buys nothing twice': beEmptied,
      'is killed and starts empty loses nothing and buys nothing twice': beKilled,
      'is gone for a while holds up the plan, and nothing else': beGone,
      'is gone does not keep idle workers from stopping': async (scene) => {
        await scene.server.stop();
        await letGo(scene);
      },
    }),
    ...inTurn(openScene, {
      'is read-only for a while holds up the plan, and nothing else': beReadOnly,
      'is out of memory for a while loses nothing and buys nothing twice': beFull,
      'hangs for a while holds up the plan, and nothing else': hang,
      'hangs does not keep idle workers from stopping': async (scene) => {
        process.kill(scene.server.pid!, 'SIGSTOP');
        await letGo(scene);
      },
    }),
  });
});
