import { expect } from 'vitest';
import { changeAccount, type Ledger, sendingOrders } from '../../src/ledger/index.ts';
import { labelOf, sql } from '../support/ledger.ts';
import { describeWith } from '../support/servers.ts';
import { POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { workerOf } from '../support/workplace.ts';
import { logOf, openDrill, startWorker, stopInPeace } from './drill.ts';
import { judge } from './judge.ts';
import { testSideBySide } from './side-by-side.ts';

const { makeStorage } = POSTGRES_AND_REDIS;

describeWith(['postgres', 'redis'], 'SIGTERM', () => {
  testSideBySide({
    'lets a worker finish what is in flight, and it exits with 0': async () => {
      const drill = await openDrill(await makeStorage(), { latencyMs: 1_500 });
      const worker = await startWorker(drill, { concurrency: 20, requestTimeout: 10 });
      const plan = await drill.plan(60);
      await drill.untilArrived(15);
      worker.kill('SIGTERM');
      expect(await worker.exited).toMatchObject({ code: 0 });
      const { requests } = drill.sandbox.books();
      expect(requests.length).toBeLessThan(60);
      expect(requests.filter(({ answered }) => !answered)).toEqual([]);
      (await workerOf(drill)).start();
      expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 60 }, requests: 60 });
    },

    'lets it ask for no further order from that moment on': async () => {
      const drill = await openDrill(await makeStorage(), { rate: 200 });
      await drill.plan(600);
      for (let round = 1; round <= 5; round++) {
        let isStopping = false;
        const tooLate: unknown[] = [];
        const ledger: Ledger = {
          ...drill.ledger,
          query(text, values) {
            if (labelOf(text) === 'claim_orders' && isStopping) tooLate.push(values?.[0]);
            return drill.ledger.query(text, values);
          },
        };
        const worker = await workerOf(drill, { ledger });
        worker.start();
        await drill.untilArrived(20 * round);
        isStopping = true;
        await worker.stop();
        expect(tooLate).toEqual([]);
      }
      expect(drill.arrived()).toBeLessThan(600);
      await judge(drill.ledger, drill.sandbox.books());
    },

    'given twice ends it at once, and what it was sending becomes unknown': async () => {
      const drill = await openDrill(await makeStorage());
      drill.sandbox.next('hang_after', { times: 4 });
      // The test would have no time to wait for its requests.
      const worker = await startWorker(drill, { concurrency: 4, requestTimeout: 3_600 });
      const plan = await drill.plan(20);
      await drill.untilArrived(4);
      worker.kill('SIGTERM');
      await worker.waitFor('stopping: ');
      worker.kill('SIGTERM');
      expect(await worker.exited).toMatchObject({ code: 1 });
      (await workerOf(drill)).start();
      const verdict = await drill.verdict(plan);
      expect(verdict).toMatchObject({ states: { filled: 16, unknown: 4 }, requests: 20 });
    },

    'ends it, and without further claims, while the database does not answer its sweep':
      async () => {
        const drill = await openDrill(await makeStorage());
        const worker = await startWorker(drill, { concurrency: 4 });
        const orders = 300;
        const plan = await drill.plan(orders);
        await drill.untilArrived(10);
        await drill.ledger.transaction(async (tx) => {
          await tx.query('select id from ledger.accounts for update');
          await drill.untilArrived(30);
          worker.kill('SIGTERM');
          expect(await worker.exited).toMatchObject({ code: 0 });
          expect(drill.arrived()).toBeLessThan(orders);
        });
        (await workerOf(drill)).start();
        expect(await drill.verdict(plan)).toMatchObject({
          states: { filled: orders },
          requests: orders,
        });
      },
    'ends it with 1, and it says so, when it had to leave before its answers were recorded':
      async () => {
        const drill = await openDrill(await makeStorage());
        const worker = await startWorker(drill, { concurrency: 2, requestTimeout: 1 });
        await drill.ledger.transaction(async (tx) => {
          await tx.query('lock table ledger.numbers in share row exclusive mode');
          const plan = await drill.plan(10);
          await drill.untilArrived(2);
          worker.kill('SIGTERM');
          expect(await worker.exited).toMatchObject({ code: 1 });
          expect(await sendingOrders(drill.ledger, plan)).toBe(2);
        });
        const words = logOf(worker).map(({ msg }) => msg);
        expect(words).toContain('stopped before all answers were recorded');
        expect(words.at(-1)).toBe('worker stopped without waiting');
      },

    'given to three workers in turn, with a new one each time, leaves nothing unknown':
      async () => {
        const orders = 400;
        const rate = 5;
        const drill = await openDrill(await makeStorage(), { latencyMs: 300, rate });
        const pace = (rate: number) =>
          changeAccount(drill.ledger, drill.account.name, { rate }, { who: 'Ada' });
        const start = () => startWorker(drill);
        const senders = () => sql(drill.ledger, 'select distinct worker from ledger.attempts');
        const untilSent = (count: number) =>
          until(async () => (await senders()).length === count, {
            what: `${count} workers have sent orders`,
          });
        const workers = await Promise.all([start(), start(), start()]);
        const plan = await drill.plan(orders);
        await drill.untilArrived(10);
        await untilSent(3);
        for (const index of workers.keys()) {
          await stopInPeace(workers[index]!);
          // However long a start takes: there are orders left for all of them.
          await pace(0.01);
          workers[index] = await start();
          await pace(rate);
          await drill.untilArrived(drill.arrived() + 10);
          // On a busy machine the others may send all ten.
          await untilSent(3 + index + 1);
        }
        expect(drill.arrived()).toBeLessThan(orders);
        // The rest need not take its time.
        await pace(500);
        expect(await drill.verdict(plan)).toMatchObject({
          states: { filled: orders },
          requests: orders,
        });
        expect(await senders()).toHaveLength(6);
      },
  });
});
