import { expect } from 'vitest';
import { findPlan, type Ledger } from '../../src/ledger/index.ts';
import { labelOf } from '../support/ledger.ts';
import { describeWith } from '../support/servers.ts';
import { POSTGRES_AND_REDIS } from '../support/storage.ts';
import { workerOf } from '../support/workplace.ts';
import { logOf, openDrill, startWorker } from './drill.ts';
import { judge } from './judge.ts';
import { testSideBySide } from './side-by-side.ts';

const { makeStorage } = POSTGRES_AND_REDIS;

describeWith(['postgres', 'redis'], 'SIGTERM', () => {
  testSideBySide({
    'lets a worker ask for no further order from that moment on': async () => {
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

    'ends it, and without further claims, while the database does not answer its sweep':
      async () => {
        const drill = await openDrill(await makeStorage());
        const worker = await startWorker(drill, { concurrency: 4 });
        const orders = 100;
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
          expect((await findPlan(drill.ledger, plan)).sendingOrders).toBe(2);
        });
        const log = logOf(worker);
        expect(log).toContainEqual(
          expect.objectContaining({ level: 50, msg: 'stopped before all answers were recorded' }),
        );
        expect(log.at(-1)).toMatchObject({ msg: 'worker stopped without waiting' });
      },
  });
});
