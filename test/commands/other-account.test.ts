/** In the middle of a plan the keys or the address lead to another account of the vendor's. */
import { expect, test } from 'vitest';
import { LIVE_KEYS, letRequestsEnd, openShell, openVendor, quickLedger } from './shell.ts';

const at = ({ url }: { url: string }) => ({ DIALOGTECH_URL: url });

/** The first line was refused by the right account, the second one bought there. */
const begin = async (reconcileAfter: string) => {
  const right = await openVendor({ seed: 1 });
  const wrong = await openVendor({ seed: 2 });
  const shell = openShell({
    ...(await quickLedger()),
    ...LIVE_KEYS,
    RECONCILE: 'auto',
    RECONCILE_AFTER: reconcileAfter,
  });
  shell.file('plan.csv', 'area_code,quantity\n212,10\n313,10\n');
  right.next('refuse', { search: '212' });
  await shell.run(['order', 'plan.csv', '--yes'], at(right));
  const sold = () => [right.books().sold, wrong.books().sold];
  expect(sold()).toEqual([10, 0]);
  return { right, wrong, shell, sold };
};

test('nothing is sent to another account once its list has been read', async () => {
  const { right, wrong, shell, sold } = await begin('0');
  await shell.run(['retry', '1'], at(wrong));
  const { code, stderr } = await shell.run(['watch', '1', '--work'], at(wrong));
  expect({ code, sold: sold() }).toEqual({ code: 4, sold: [10, 0] });
  expect(stderr).toContain('has 0 of the 10 numbers of this account');

  const resume = ['account', 'main', '--resume'];
  await shell.run(resume, at(wrong));
  await shell.run(['watch', '1', '--work'], at(wrong));
  expect(sold()).toEqual([10, 0]);
  await shell.run(resume, at(right));
  expect((await shell.run(['watch', '1', '--work'], at(right))).code).toBe(0);
  expect(sold()).toEqual([20, 0]);
});

test('the list of one account is no evidence on an order sent to another', async () => {
  const { right, wrong, shell, sold } = await begin('60');
  wrong.next('cut_after');
  await shell.run(['retry', '1'], at(wrong));
  // No list is read, so nothing shows that the account is another.
  const unread = { ...at(wrong), RECONCILE: 'off' };
  expect((await shell.run(['watch', '1', '--work'], unread)).code).toBe(3);
  expect(sold()).toEqual([10, 10]);

  await letRequestsEnd(shell);
  const { settled } = await shell.ask(['reconcile', '--accept', '--by', 'Ada'], at(right));
  expect(settled).toEqual([]);
  await shell.run(['watch', '1', '--work'], at(right));
  expect(sold()).toEqual([10, 10]);
});
