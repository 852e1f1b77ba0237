import { expect, test } from 'vitest';
import {
  LIVE_KEYS,
  openShell,
  openShellWithVendor,
  openVendor,
  quickLedger,
  VENDOR_KEYS,
} from './shell.ts';

const open = () => openShellWithVendor(LIVE_KEYS, VENDOR_KEYS);

const LIST = 'area_code,quantity,Client\n212,5,Ann\n312,5,Bob\n415,5,Cid\n';
const saved = (csv: string) => csv.replaceAll(',', ';');

test('a list that a spreadsheet saved is refused also when it is to keep trying', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', LIST);
  shell.file('saved.csv', saved(LIST));
  await shell.run(['order', 'plan.csv', '--yes']);
  const again = await shell.run(['order', 'saved.csv', '--yes', '--keep-trying', '3d']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching('same lines as plan 1') });
  expect(vendor.books().sold).toBe(15);
});

/** A list, and two live accounts. */
const openTwo = async () => {
  const { url: DIALOGTECH_URL } = await openVendor();
  const more = { DIALOGTECH_URL, ACCOUNTS_FILE: 'accounts.json' };
  const shell = openShell({ ...(await quickLedger()), ...more });
  const accounts = ['east', 'west'].map((name) => {
    return { name, mode: 'live', accessKey: name, secretAccessKey: 'sesame' };
  });
  shell.file('accounts.json', JSON.stringify(accounts));
  shell.file('plan.csv', LIST);
  return shell;
};

test('what another live account bought of the file is said before it is bought', async () => {
  const shell = await openTwo();
  const first = await shell.run(['order', 'plan.csv', '--account', 'east', '--yes']);
  expect(first.stderr).not.toContain('submitted before');
  for (const command of [['order'], ['submit'], ['submit', '--start']]) {
    const { stderr } = await shell.run([...command, 'plan.csv', '--account', 'west']);
    expect(stderr).toContain(
      'This file was submitted before: plan 1 (plan.csv) has bought 15 numbers of it for the ' +
        'account "east".\n',
    );
  }
  expect((await shell.run(['start', '2'])).stderr).toContain('plan 1 (plan.csv) has bought 15');
  const again = await shell.run(['submit', 'plan.csv', '--account', 'east', '--again']);
  expect(again.stderr).toContain('of it for the account "west"; it is ready.\n');
});

test('a remainder that a spreadsheet saved is known also when it is to keep trying', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', LIST);
  vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes', '--out', 'bought']);
  shell.file('saved.csv', saved(shell.read('bought/remainder.csv')));
  const again = await shell.run(['order', 'saved.csv', '--yes', '--keep-trying', '3d']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching('lines of a remainder') });
  expect(vendor.books().sold).toBe(10);
});

test('an old remainder under another purchase number is known', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', 'area_code,quantity,PO #\n212,30,4711\n312,5,4711\n');
  vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes', '--out', 'bought']);
  shell.file('other.csv', shell.read('bought/remainder.csv').replaceAll('4711', '4712'));
  await shell.run(['retry', '1']);
  await shell.run(['watch', '1', '--work']);
  const again = await shell.run(['order', 'other.csv', '--yes']);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching('lines of a remainder') });
  expect(vendor.books().sold).toBe(35);
});

test('a plan whose whole remainder was bought with --again is not tried again', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', 'area_code,quantity\n212,10\n');
  vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes', '--out', 'bought']);
  shell.file('saved.csv', saved(shell.read('bought/remainder.csv')));
  await shell.run(['order', 'saved.csv', '--yes', '--again']);
  expect((await shell.run(['retry', '1'])).code).toBe(1);
  expect(vendor.books().sold).toBe(10);
});

test('a list is not bought again with one more line when its fallback has bought it', async () => {
  const { shell, vendor } = await open();
  // 929 has no stock; its overlays have plenty.
  const list = 'area_code,quantity,fallback\n929,10,overlay\n929,12,overlay\n929,14,overlay\n';
  shell.file('plan.csv', list);
  await shell.run(['order', 'plan.csv', '--yes']);
  shell.file('tomorrow.csv', `${list}212,1,\n`);
  expect((await shell.run(['order', 'tomorrow.csv', '--yes'])).code).toBe(1);
  expect(vendor.books().sold).toBe(36);
});

test('a refused list is not bought with one more line while it can be tried again', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', LIST);
  for (let n = 0; n < 3; n++) vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes']);
  shell.file('tomorrow.csv', `${LIST}305,1,Dan\n`);
  expect((await shell.run(['order', 'tomorrow.csv', '--yes'])).code).toBe(1);
  expect(vendor.books().sold).toBe(0);
});

test('a plan whose remainder was refused, too, leads to a retry of that', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', LIST);
  vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes', '--out', 'bought']);
  vendor.next('refuse');
  await shell.run(['order', 'bought/remainder.csv', '--yes']);
  expect((await shell.run(['retry', '1'])).stderr).toMatch('try that one again instead');
  expect((await shell.run(['retry', '2'])).code).toBe(0);
});

test('the remainder of a plan is bought, though that plan could be tried again', async () => {
  const { shell, vendor } = await open();
  shell.file('plan.csv', LIST);
  for (let n = 0; n < 2; n++) vendor.next('refuse');
  await shell.run(['order', 'plan.csv', '--yes', '--out', 'bought']);
  expect((await shell.run(['order', 'bought/remainder.csv', '--yes'])).code).toBe(0);
  expect(vendor.books().sold).toBe(15);
});
