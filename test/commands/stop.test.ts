import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { until } from '../support/until.ts';
import { type Office, openOffice, openVendor, planOf } from './office.ts';

let vendor: Sandbox;
let office: Office;

beforeAll(async () => {
  vendor = await openVendor();
  // One order in flight at a time: while one hangs or is slow, the others wait.
  office = openOffice({ DIALOGTECH_URL: vendor.url, CONCURRENCY: '1', REQUEST_TIMEOUT: '60' });
});

const requests = (since: number) => vendor.books(since).requests;
const arrival = (since: number) =>
  until(() => requests(since).length > 0, { what: 'an order is in flight', withinMs: 20_000 });

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle of order', (signal) => {
  test('finishes what is in flight, says how to go on, and exits with 4', async () => {
    const { lastId, sold } = vendor.books();
    vendor.next('slow');
    const order = office.start([
      'order',
      office.file(`${signal}.csv`, planOf(2, 3, 4, signal.length)),
    ]);
    await arrival(lastId);
    order.kill(signal);
    const { code, stdout, stderr } = await order.exited;
    expect(code).toBe(4);
    const id = stdout.match(/^Plan (\d+) {2}SIG\w+\.csv {2}running/)?.[1];
    expect(stderr).toContain(
      `Stopping. What is in flight is finished first; "watch ${id} --work" goes on from there.`,
    );
    expect(stdout).toMatch(/requested = 2 bought \+ \d+ pending\n/);
    expect(requests(lastId)).toHaveLength(1);

    const watched = await office.ask(['watch', id!, '--work']);
    const all = 2 + 3 + 4 + signal.length;
    expect(watched).toMatchObject({ code: 0, state: 'finished', bought: all, unknown: 0 });
    expect(vendor.books()).toMatchObject({ sold: sold + all, soldTwice: 0 });
  });
});

test('a signal while the last order is in flight lets the plan end: all is bought, so it exits with 0', async () => {
  const { lastId } = vendor.books();
  vendor.next('slow');
  const order = office.start(['order', office.file('last.csv', planOf(9))]);
  await arrival(lastId);
  order.kill('SIGINT');
  const { code, stdout } = await order.exited;
  expect(stdout).toMatch(/^Plan \d+ {2}last\.csv {2}finished/);
  expect(code).toBe(0);
});

test('a second signal does not wait: what was in flight stays pending, and is not sent again', async () => {
  const { lastId } = vendor.books();
  vendor.next('hang');
  const order = office.start(['order', office.file('hang.csv', planOf(3, 3, 3))]);
  await arrival(lastId);
  order.kill('SIGINT');
  await order.waitFor('Stopping.');
  order.kill('SIGINT');
  const { code, stdout } = await order.exited;
  expect(code).toBe(4);
  expect(stdout).toContain('9 requested = 0 bought + 9 pending');
  expect(requests(lastId)).toHaveLength(1);
});

describe('work', () => {
  test('ends with 0 at a signal, once it has finished what is in flight', async () => {
    const { lastId, sold } = vendor.books();
    office.file('work.csv', planOf(6, 6, 6));
    const { id } = await office.ask(['submit', 'work.csv', '--start']);
    vendor.next('slow', { search: '201' });
    const work = office.start(['work']);
    await until(() => requests(lastId).some(({ temper }) => temper === 'slow'), {
      what: 'an order is in flight',
      withinMs: 20_000,
    });
    work.kill('SIGTERM');
    const { code, stdout, stderr } = await work.exited;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const said = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg);
    expect(said[0]).toBe('worker started');
    expect(said.slice(-3)).toEqual([
      'stopping: what is in flight is finished first',
      'order answered',
      'worker stopped',
    ]);
    const bought = vendor.books().sold - sold;
    expect(await office.ask(['show', String(id)])).toMatchObject({ bought, pending: 18 - bought });
  });

  test('ends at once at a second signal', async () => {
    const { lastId } = vendor.books();
    vendor.next('hang');
    const work = office.start(['work']);
    await arrival(lastId);
    work.kill('SIGTERM');
    await work.waitFor('stopping');
    work.kill('SIGTERM');
    const { code, stderr } = await work.exited;
    expect(code).toBe(1);
    expect(stderr).toContain('worker stopped at once');
  });
});

test('the embedded ledger is held by one process, and the others are told which', async () => {
  const work = office.start(['work']);
  await work.waitFor('worker started');
  const { code, stdout, stderr } = await office.run(['plans']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(
      `^The embedded database in \\S+/data is in use by bulk-order work \\(process ${work.pid} on `,
    ),
  );
  expect(stderr).toContain('wait until that one ends, or set DATABASE_URL');
  expect(await office.ask(['plans'])).toMatchObject({
    error: { code: 'ledger_in_use', holder: { pid: work.pid, command: 'work' } },
  });
});
