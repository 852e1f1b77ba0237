/** DIALOGTECH_URL leads to something else than the vendor, on the first day. */
import { expect, test } from 'vitest';
import { httpHere } from '../support/http-here.ts';
import { LIVE_KEYS, openShell, openVendor, planOf, quickLedger } from './shell.ts';

test.each([
  [404, 'Not Found'],
  [405, ''],
  [200, '<!DOCTYPE html><html><head><title>Welcome</title></head></html>'],
])('a live account sends no order where a list gets %d', async (status, body) => {
  let asked = 0;
  const { url } = await httpHere((_, answer) => {
    asked += 1;
    answer.writeHead(status).end(body);
  });
  const env = { ...(await quickLedger()), ...LIVE_KEYS };
  const shell = openShell({ ...env, DIALOGTECH_URL: url });
  shell.file('plan.csv', planOf(150));
  const { code, stdout, stderr } = await shell.run(['order', 'plan.csv', '--yes']);
  expect(code).toBe(4);
  expect(`${stdout}${stderr}`).toContain('What answers at the address is not the vendor');
  expect(`${stdout}${stderr}`).toContain('Then resume with "bulk-order account main --resume"');
  expect(await shell.ask(['show', '1'])).toMatchObject({ pending: 150, unknown: 0 });
  // The lists of the plan and of the keys, and nothing since the pause.
  expect(asked).toBeLessThanOrEqual(3);

  const right = { DIALOGTECH_URL: (await openVendor()).url };
  expect((await shell.run(['account', 'main', '--resume'], right)).code).toBe(0);
  const watched = await shell.ask(['watch', '1', '--work'], right);
  expect(watched).toMatchObject({ code: 0, bought: 150 });
});

test('where no list is read, the orders are sent, as the person has chosen', async () => {
  const { url } = await httpHere((_, answer) => answer.writeHead(404).end());
  const env = { ...(await quickLedger()), ...LIVE_KEYS, RECONCILE: 'off' };
  const shell = openShell({ ...env, DIALOGTECH_URL: url });
  shell.file('plan.csv', planOf(1));
  const ordered = await shell.ask(['order', 'plan.csv', '--yes']);
  expect(ordered).toMatchObject({ code: 3, unknown: 1 });
});
