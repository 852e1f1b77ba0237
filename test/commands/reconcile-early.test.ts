import { expect, test } from 'vitest';
import { embeddedLedger, openShell, openVendor, planOf, quickLedger } from './shell.ts';

test('reconcile watches time itself where the list is only too early to judge', async () => {
  const vendor = await openVendor({ owned: ['9075550100'] });
  const env = { ...embeddedLedger(), DIALOGTECH_URL: vendor.url, RECONCILE_AFTER: '1' };
  const shell = openShell(env);
  shell.file('plan.csv', planOf(2));
  vendor.next('error_after');
  const ordered = await shell.run(['order', 'plan.csv', '--yes']);
  expect(ordered.stdout).toContain(
    '"bulk-order reconcile 1" compares them with the vendor\'s list',
  );
  const { code, stdout, stderr } = await shell.run(['reconcile', '1']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/The list is too early .* It is read again in \d seconds?\.\n/);
  expect(stdout).toMatch(/^ +10000001 +bought +2 +The list of /m);
  expect(stdout).not.toContain('No worker is running');
});

test('reconcile says that no time passes where it is left to a worker and none runs', async () => {
  const vendor = await openVendor({ owned: ['9075550100'] });
  const env = { ...(await quickLedger()), DIALOGTECH_URL: vendor.url };
  const shell = openShell(env);
  shell.file('plan.csv', planOf(2));
  vendor.next('cut_after');
  expect((await shell.run(['order', 'plan.csv', '--yes'])).code).toBe(3);
  const { stdout } = await shell.run(['reconcile', '1']);
  expect(stdout).toMatch(
    /^ +10000001 +later +.* \d+ seconds later, while a worker runs, can show it\.$/m,
  );
  expect(stdout).toContain(
    'No worker is running for sandbox, so no time passes. "bulk-order work" starts one, which ' +
      'then reads the list.\n',
  );
});
