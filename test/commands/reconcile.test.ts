import { beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { parse } from './program.ts';
import {
  type Answer,
  changeLedger,
  embeddedLedger,
  letRequestsEnd,
  openShell,
  openShellWithVendor,
  openVendor,
  planOf,
  quickLedger,
  type Shell,
} from './shell.ts';

let vendor: Sandbox;
let shell: Shell;

beforeAll(async () => {
  // It reconciles only by command, at once: this vendor's list does not lag.
  const env = { CONCURRENCY: '1', RECONCILE: 'off', RECONCILE_AFTER: '0' };
  ({ shell, vendor } = await openShellWithVendor(env, { owned: ['9075550100'] }));
  shell.file('plan.csv', planOf(2, 2, 2));
  // The list before the first order.
  expect((await shell.run(['audit', '--vendor'])).code).toBe(0);
  vendor.next('cut_before', { search: '201' });
  vendor.next('cut_after', { search: '202' });
  expect((await shell.run(['order', 'plan.csv'])).code).toBe(3);
});

test('without a verdict there is nothing to accept', async () => {
  const { code, stderr } = await shell.run(['settle', '10000001', '--accept', '--by', 'Ada']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'Order 10000001 has nothing to accept. There is no verdict on it. "bulk-order reconcile" ' +
      'reads it again; otherwise say --bought N,N or --nothing.\n',
  );
});

test('reconcile says what the list shows of each unknown order, and changes none', async () => {
  const { code, proposals, settled } = await shell.ask(['reconcile']);
  expect(code).toBe(0);
  expect(settled).toEqual([]);
  const sold = vendor.books().requests.find(({ search }) => search === '202')?.sold;
  expect(proposals).toMatchObject([
    { order: 10_000_001, finding: 'nothing', numbers: [] },
    { order: 10_000_002, finding: 'bought' },
  ]);
  expect(proposals[1].numbers.map(String).sort()).toEqual(sold?.toSorted());
  const audit = await shell.run(['audit', '--vendor']);
  expect(audit.code).toBe(1);
  expect(audit.stdout).toMatch(
    /^ {10}202\d{7}, on the list since \S+, may belong to unknown order 10000002$/m,
  );
  const { stdout } = await shell.run(['reconcile', '1']);
  expect(stdout).toMatch(/^ +order +verdict +bought +evidence$/m);
  expect(stdout).toMatch(/^ +10000002 +bought +2 +The list of /m);
  expect(stdout).toContain('2 verdicts to accept: "bulk-order settle ORDER --accept --by NAME"\n');
  expect(stdout).toContain(
    'To accept all clear ones: "bulk-order settle --accept-all --by NAME"\n',
  );
  const unknown = await shell.run(['unknown']);
  expect(unknown.stdout).toMatch(/^ {2}10000001: The list of \S+, compared with /m);
  expect(await shell.ask(['show', '1'])).toMatchObject({ bought: 2, unknown: 4 });
});

test('a verdict is accepted by a person, whose name is kept with the evidence', async () => {
  const bought = await shell.run(['settle', '10000002', '--accept', '--by', 'Ada']);
  expect(bought.stdout).toBe('Order 10000002 is filled: 2 numbers.\n');
  const again = ['settle', '10000001', '--accept', '--by', 'Ada', '--why', 'ok'];
  expect((await shell.run(again)).stderr).toContain(
    'This would settle 1 order by its verdict: 1 bought nothing, and will be sent again',
  );
  const nothing = await shell.run([...again, '--yes']);
  expect(nothing.stdout).toBe('Order 10000001 bought nothing.\n');
  const { events } = await shell.ask(['show', '1']);
  const settled = events.filter(({ kind }: Answer) => kind === 'order_settled');
  expect(settled).toMatchObject([
    { by: 'Ada', orderId: 10_000_001, why: expect.stringMatching(/^ok\. The list of /) },
    { by: 'Ada', orderId: 10_000_002, why: expect.stringMatching(/^The list of /) },
  ]);
  expect((await shell.run(['watch', '1', '--work'])).code).toBe(0);
  expect((await shell.run(['reconcile'])).stdout).toBe('No order is unknown.\n');
});

test("audit --vendor compares with the vendor's list; a difference exits with 1", async () => {
  const good = await shell.run(['audit', '--vendor']);
  expect(good.code).toBe(0);
  expect(good.stdout).toContain("holds   what was bought is on the vendor's list\n");
  await buyElsewhere('209');
  const { code, stdout } = await shell.run(['audit', '--vendor']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^BROKEN {2}what the account owns was there before/m);
  expect(stdout).toMatch(/^ {10}209\d{7}, on the list since \S+, belongs to no order here$/m);
});

test('strays lists what no order has; audit --vendor accepts foreign numbers', async () => {
  const { stdout } = await shell.run(['strays']);
  const [, number] = /^ +(209\d{7}) +\S+Z$/m.exec(stdout)!;
  await expect(parse(['strays', '--foreign', number!])).rejects.toThrow('Say who you are: --by');
  const by = ['--by', 'Ada', '--why', 'bought by hand'];
  const said = await shell.run(['strays', '--foreign', number!, ...by]);
  expect(said.stdout).toBe(
    '1 number is foreign.\nVerdicts on unknown orders change when the list is read next. A ' +
      'worker reads it within 10 minutes, and "bulk-order reconcile" now.\n',
  );
  expect(await shell.ask(['strays'])).toMatchObject({ 0: { number, isForeign: true } });
  expect((await shell.run(['audit', '--vendor'])).code).toBe(0);
  const back = await shell.run(['strays', '--not-foreign', number!, ...by]);
  expect(back.stdout).toMatch(/^1 number is not foreign any more\.\n/);
  expect((await shell.run(['audit', '--vendor'])).code).toBe(1);
});

test('all clear verdicts are accepted at once, by name, and the others are left', async () => {
  shell.file('more.csv', planOf(2, 2, 3));
  vendor.next('cut_before', { search: '201' });
  vendor.next('cut_after', { search: '202' });
  expect((await shell.run(['order', 'more.csv'])).code).toBe(3);
  await expect(parse(['reconcile', '--accept'])).rejects.toThrow('Say who you are: --by NAME');
  const accept = (plan: string) => ['reconcile', plan, '--accept', '--by', 'Ada', '--why', 'ok'];
  const { code, proposals, settled, left } = await shell.ask(accept('2'));
  expect(code).toBe(0);
  expect(proposals).toMatchObject([{ finding: 'nothing' }, { finding: 'bought' }]);
  expect(settled).toMatchObject([
    { order: 20_000_002, state: 'filled' },
    { order: 20_000_001, state: 'waiting' },
  ]);
  expect(left).toEqual([]);
  const { events } = await shell.ask(['show', '2']);
  expect(events[0]).toMatchObject({ by: 'Ada', why: expect.stringMatching(/^ok\. The list of /) });
  expect((await shell.run(['watch', '2', '--work'])).code).toBe(0);

  // Another buyer uses the account, too: the list cannot tell whose numbers they are.
  shell.file('other.csv', 'area_code,quantity\n204,2\n');
  vendor.next('cut_after', { search: '204' });
  expect((await shell.run(['order', 'other.csv'])).code).toBe(3);
  await buyElsewhere('204');
  expect((await shell.run(accept('3'))).stdout).toMatch(
    /^ +30000001 +open +The list of .* has 3 new numbers/m,
  );
  const { stdout: open } = await shell.run(['unknown', '--open']);
  expect(open).toMatch(/^Plan 3 \(other\.csv\), line 2: 3 candidates, 1 order$/m);
  expect(open).toMatch(/^ +204\d{7} +30000001 +2 +204 +2$/m);
  expect(open).toMatch(/^ {2}30000001: The list of .* 3 new numbers that it may have bought/m);
  const [line] = JSON.parse((await shell.run(['unknown', '3', '--open', '--json'])).stdout);
  expect(line).toMatchObject({ plan: 3, line: 2, orders: [{ order: 30_000_001, lacking: 2 }] });
  const by = ['--by', 'Ada', '--why', 'in their portal'];
  const { requests } = vendor.books();
  const own = requests.find(({ search, sold }) => search === '204' && sold.length === 2)!.sold;
  const settle = ['settle', '30000001', '--bought', own.join(','), ...by];
  expect((await shell.run(settle)).stderr).toContain('Its request may still be under way');
  await letRequestsEnd(shell);
  expect((await shell.run(settle)).stdout).toBe('Order 30000001 is filled: 2 numbers.\n');
});

test('settle --accept-all shows all clear verdicts, and asks before it accepts them', async () => {
  shell.file('last.csv', planOf(2, 2, 4));
  vendor.next('cut_before', { search: '201' });
  vendor.next('cut_after', { search: '202' });
  expect((await shell.run(['order', 'last.csv'])).code).toBe(3);
  const away = { DIALOGTECH_URL: `http://127.0.0.1:${await freePort()}` };
  expect(await shell.ask(['reconcile'], away)).toMatchObject({ code: 1, isRead: false });
  expect(await shell.ask(['reconcile'])).toMatchObject({ code: 0, isRead: true });
  await changeLedger(shell, 'update ledger.verdicts set is_clear = false');
  const unclear =
    "2 verdicts are not clear, because the vendor's list has numbers that no order explains. " +
    '"bulk-order strays" lists them';
  const refused = await shell.run(['settle', '--accept-all', '--by', 'Ada']);
  expect(refused.stdout).toMatch(
    /^There is no clear verdict to accept\.\n {2}40000001: The list of .*\n {2}40000002: /,
  );
  expect(refused.stdout).toContain(unclear);
  const unknown = await shell.run(['unknown']);
  expect(unknown.stdout).toContain(unclear);
  expect(unknown.stdout).not.toContain('accept-all');
  await changeLedger(shell, 'update ledger.verdicts set is_clear = true');
  expect((await shell.run(['unknown'])).stdout).toContain('settle --accept-all --by NAME');
  await expect(parse(['settle', '--accept-all'])).rejects.toThrow('Say who you are: --by NAME');
  const accept = ['settle', '--accept-all', '4', '--by', 'Ada', '--why', 'ok'];
  const unasked = await shell.run(accept);
  expect(unasked).toMatchObject({ code: 1, stdout: '' });
  expect(unasked.stderr).toMatch(/^ +40000001 +2 +201 +2 +nothing +The list of /m);
  expect(unasked.stderr).toMatch(/^ +40000002 +3 +202 +2 +bought 202\d{7}, 202\d{7} +The list /m);
  expect(unasked.stderr).toContain(
    'This would settle 2 orders by their verdicts: 1 bought 2 numbers; 1 bought nothing, and ' +
      'will be sent again unless the plan is cancelled. Without a terminal to ask on, say ' +
      '--yes to do it. ' +
      'Nothing was settled.\n',
  );
  const { code, error } = await shell.ask(accept);
  expect({ code, error: error.code }).toEqual({ code: 1, error: 'not_confirmed' });
  expect(error.verdicts).toMatchObject([{ finding: 'nothing' }, { finding: 'bought' }]);
  expect(await shell.ask(['show', '4'])).toMatchObject({ unknown: 4 });
  expect((await shell.run(['settle', '--accept-all', '3', '--by', 'Ada'])).stdout).toBe(
    'No order is unknown.\n',
  );
  await changeLedger(shell, "update ledger.verdicts set is_clear = finding = 'nothing'");
  const { stdout: first, code: done } = await shell.run([...accept, '--yes']);
  expect({ first, done }).toEqual({
    first:
      '1 order settled: 1 bought nothing, and will be sent again unless the plan is cancelled.\n' +
      'Still unknown: 2 numbers in 1 order. "bulk-order unknown 4" lists them.\n',
    done: 0,
  });
  await changeLedger(shell, 'update ledger.verdicts set is_clear = true');
  const { stdout } = await shell.run([...accept, '--yes']);
  expect(stdout).toBe('1 order settled: 1 bought 2 numbers.\n');
  const { events } = await shell.ask(['show', '4']);
  expect(events[0]).toMatchObject({ by: 'Ada', why: expect.stringMatching(/^ok\. The list of /) });
  expect(await shell.ask(['show', '4'])).toMatchObject({ unknown: 0, bought: 6, pending: 2 });
});

/** Another buyer with the same keys. */
async function buyElsewhere(search: string): Promise<void> {
  const query = new URLSearchParams({
    ...{ action: 'numbers.order', access_key: 'sandbox', secret_access_key: 'sandbox' },
    ...{ type: 'local', search, quantity: '1', fill_quantity: '0' },
  });
  const reply = await fetch(`${vendor.url}?${query}`);
  expect(await reply.text()).toContain('<result>success</result>');
}

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
