import { expect, test } from 'vitest';
import { changeLedger, openShellWithVendor, planOf } from './shell.ts';

test('surplus numbers are in show, in the files, and a breach for audit', async () => {
  const { shell } = await openShellWithVendor();
  shell.file('plan.csv', planOf(3));
  expect((await shell.run(['order', 'plan.csv'])).code).toBe(0);
  expect((await shell.run(['show', '1'])).stdout).not.toContain('Surplus');
  expect((await shell.run(['audit'])).code).toBe(0);

  // What a late answer to an earlier attempt leaves.
  const named = `insert into ledger.disputes (order_id, number) values (10000001, 2015550100)`;
  await changeLedger(shell, named);

  expect((await shell.run(['show', '1'])).stdout).toContain(
    '  Surplus: the vendor named 1 number for orders that do not have them. They were paid for: ' +
      '"bulk-order results 1" lists them in surplus.csv\n',
  );
  expect(await shell.ask(['show', '1'])).toMatchObject({ requested: 3, bought: 3, surplus: 1 });
  const { out } = await shell.ask(['results', '1']);
  expect(shell.read('results/1-plan/surplus.csv')).toContain('10000001,2,201,local,2015550100,');
  expect(JSON.parse(shell.read('results/1-plan/summary.json')).totals).toMatchObject({
    surplus: 1,
  });
  expect(out).toContain('1-plan');
  for (const args of [['audit'], ['audit', '1']]) {
    const { code, stdout } = await shell.run(args);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'order 10000001: number 2015550100 was bought, and this order does not have it',
    );
    expect(stdout).toContain('order 10000001: 4 numbers named, 3 asked for');
  }
});
