import { expect, test } from 'vitest';
import { changeAccount, findAccount, findPlan } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { breachesOf } from '../support/ledger.ts';
import { describeInModes, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { sandboxOf, shopsIn, startCsv, untilEnded, workerOf } from '../support/workplace.ts';

const UNKNOWN_IN_A_ROW = 5;
describeInModes([POSTGRES_AND_REDIS], 'a vendor that hangs on every request', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test.each([
    { workers: 1, concurrency: 2 },
    { workers: 2, concurrency: 20 },
  ])(
    'costs no more than what is in flight and five: $workers × $concurrency',
    async ({ workers, concurrency }) => {
      const sandbox = await sandboxOf({ faultMix: { chance: 1, faults: { hang: 1 } } });
      const shop = await shops.open(sandbox);
      const { ledger, account } = shop;
      for (let n = 0; n < workers; n++) {
        (await workerOf(shop, { concurrency, requestTimeoutMs: 4_000 })).start();
      }
      const planId = await startCsv(shop, `area_code,quantity\n${'212,2\n'.repeat(150)}`);
      const paused = () =>
        until(
          async () => {
            const { pausedReason } = await findAccount(ledger, account.name);
            return (await findPlan(ledger, planId)).sendingOrders === 0 && pausedReason;
          },
          { what: 'the account has paused itself' },
        );
      expect(await paused()).toMatch(/were unknown: settle them, and check that the vendor works/);
      const cost = sandbox.books().lastId;
      expect(cost).toBeGreaterThanOrEqual(UNKNOWN_IN_A_ROW);
      expect(cost).toBeLessThanOrEqual(workers * concurrency + UNKNOWN_IN_A_ROW);

      // It still hangs: one more order finds that out, even if many could be sent at once.
      await changeAccount(ledger, account.name, { resume: true }, BY);
      await until(() => sandbox.books().lastId > cost, { what: 'one is tried' });
      expect(await paused()).toMatch(/^The order that was tried alone/);
      expect(sandbox.books().lastId).toBe(cost + 1);

      sandbox.setFaultMix(null);
      await changeAccount(ledger, account.name, { resume: true }, BY);
      const { unknownOrders, bought } = await untilEnded(ledger, planId);
      // On a busy machine an answer may take longer than that, and is unknown as well.
      expect(unknownOrders).toBeGreaterThanOrEqual(cost + 1);
      expect(bought).toBe((150 - unknownOrders) * 2);
      expect(await breachesOf(ledger, planId)).toEqual([]);
      expect((await findPlan(ledger, planId)).state).toBe('finished');
    },
  );
});
