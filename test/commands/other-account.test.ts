/** In the middle of a plan the keys or the address lead to another account of the vendor's. */
import { expect, test } from 'vitest';
import { LIVE_KEYS, letRequestsEnd, openShell, openVendor, quickLedger } from './shell.ts';

test('the list of one account is no evidence on an order sent to another', async () => {
  const right = await openVendor({ seed: 1 });
  const wrong = await openVendor({ seed: 2 });
  const shell = openShell({
    ...(await quickLedger()),
    ...LIVE_KEYS,
    RECONCILE: 'auto',
    RECONCILE_AFTER: '0',
  });
  const at = ({ url }: { url: string }) => ({ DIALOGTECH_URL: url });
  shell.file('plan.csv', 'area_code,quantity\n212,10\n313,10\n');
  right.next('refuse', { search: '212' });
  await shell.run(['order', 'plan.csv', '--yes'], at(right));
  wrong.next('cut_after');
  await shell.run(['retry', '1'], at(wrong));
  expect((await shell.run(['watch', '1', '--work'], at(wrong))).code).toBe(3);
  expect([right.books().sold, wrong.books().sold]).toEqual([10, 10]);

  await letRequestsEnd(shell);
  const { settled } = await shell.ask(['reconcile', '--accept', '--by', 'Ada'], at(right));
  expect(settled).toEqual([]);
  await shell.run(['watch', '1', '--work'], at(right));
  expect(right.books().sold + wrong.books().sold).toBe(20);
});
