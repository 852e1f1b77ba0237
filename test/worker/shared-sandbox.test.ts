import { expect, test } from 'vitest';
import { openSandboxVendor } from '../../src/worker/shared-sandbox.ts';
import { newPlan } from '../support/plans.ts';
import { readList } from '../support/sending.ts';
import { openQuickLedger } from '../support/storage.ts';
import { freely, SEED_ORDER } from '../vendor/order.ts';

test('the next sandbox owns what a list has shown, though no order has it', async () => {
  const ledger = await openQuickLedger();
  const { account } = await newPlan(ledger);
  const keys = { accessKey: 'sandbox', secretAccessKey: 'sandbox' };
  const open = () =>
    openSandboxVendor(ledger, account, { ...keys, timeoutMs: 5_000, connections: 1 });
  const first = await open();
  // Its answer is never recorded.
  const { numbers } = await first.order(SEED_ORDER, freely);
  await readList(ledger, account, await first.ownedNumbers());
  await first.close();
  const second = await open();
  expect(numbers).toHaveLength(3);
  expect(await second.ownedNumbers()).toEqual(numbers);
  await second.close();
});
