import { expect, test } from 'vitest';
import { writeLargePlan } from '../../bench/large-plan.ts';
import { auditLedger, findCheck, findPlan } from '../../src/ledger/index.ts';
import { describeWith, freshDatabase } from '../support/servers.ts';
import { ledgerAt } from '../support/storage.ts';

describeWith(['postgres'], 'the plan that benchmarks write past the program', () => {
  test('is one that the ledger could have', async () => {
    const { url } = await freshDatabase();
    const ledger = ledgerAt(url);

    const id = await writeLargePlan(url, { lines: 40, quantity: 3, filled: 10 });

    const { types } = await findCheck(ledger, id);
    expect(types.local).toEqual({ lines: 40, orders: 40, numbers: 120 });
    expect(await findPlan(ledger, id)).toMatchObject({ state: 'running', orders: 40, bought: 30 });
    const breaches = (await auditLedger(ledger, id)).flatMap((law) => law.breaches);
    expect(breaches).toEqual([]);
  });
});
