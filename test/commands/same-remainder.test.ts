/** Two plans of one file lack the same, so their remainders have the same bytes. */
import { expect, test } from 'vitest';
import { openShellWithVendor } from './shell.ts';

test('the remainders of two copies stand for both of them', async () => {
  const { shell, vendor } = await openShellWithVendor();
  shell.file('plan.csv', 'area_code,quantity\n212,10\n313,5\n');
  for (const again of [[], ['--again']]) {
    vendor.next('refuse', { search: '313' });
    await shell.run(['order', 'plan.csv', ...again]);
  }
  await shell.run(['results', '1', '--out', 'one']);
  await shell.run(['results', '2', '--out', 'two']);
  expect(shell.read('one/remainder.csv')).toBe(shell.read('two/remainder.csv'));

  await shell.ask(['order', 'one/remainder.csv', '--out', 'r1']);
  const refused = await shell.ask(['order', 'two/remainder.csv', '--out', 'r2']);
  expect(refused).toMatchObject({ error: { code: 'duplicate_file' } });
  const second = await shell.ask(['order', 'two/remainder.csv', '--again', '--out', 'r2']);
  expect(second).toMatchObject({ id: 4, code: 0, bought: 5 });
  expect(vendor.books().sold).toBe(30);
  for (const plan of ['1', '2']) {
    expect(await shell.ask(['retry', plan])).toMatchObject({ error: { code: 'wrong_state' } });
  }
});
