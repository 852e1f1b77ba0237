import { expect, test } from 'vitest';
import type { AccountConfig } from '../../src/config/index.ts';
import { openVendor } from '../../src/vendor/index.ts';
import { withLatestKeys } from '../../src/worker/latest-keys.ts';
import { until } from '../support/until.ts';
import { sandboxOf } from '../support/workplace.ts';
import { SEED_ORDER } from '../vendor/order.ts';

const REQUEST = { ...SEED_ORDER, search: '212', quantity: 2, fillQuantity: false };

test('an order under way keeps its keys, and the next order has the new ones', async () => {
  const vendorOf = (key: string) =>
    sandboxOf({ accessKey: key, secretAccessKey: key, latencyMs: 400 });
  const vendors = { old: await vendorOf('old'), new: await vendorOf('new') };
  const settings = (key: 'old' | 'new'): AccountConfig => ({
    name: 'east',
    mode: 'live',
    url: vendors[key].url,
    accessKey: key,
    secretAccessKey: key,
    rate: undefined,
    concurrency: 1,
    prices: null,
    limits: [],
    threshold: null,
  });
  let now = settings('old');
  const vendor = withLatestKeys(
    () => now,
    ({ accessKey, secretAccessKey, url }) =>
      openVendor({ url: url!, accessKey, secretAccessKey, timeoutMs: 5_000, connections: 1 }),
  );
  const order = () => vendor.order(REQUEST, { mayStart: () => true });

  const first = order();
  // It has one connection, so this one has not begun.
  const second = order();
  await until(() => vendors.old.books().sold > 0, { what: 'the first is sold' });
  now = settings('new');
  const third = order();
  for (const answer of await Promise.all([first, second, third])) {
    expect(answer).toMatchObject({ outcome: 'filled' });
  }
  expect([vendors.old.books().sold, vendors.new.books().sold]).toEqual([4, 2]);
  expect(await vendor.ownedNumbers()).toHaveLength(2);
  await vendor.close();
});
