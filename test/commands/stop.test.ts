import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { type Child, startProgram } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import { installedCli } from '../support/cli.ts';
import { openGate } from '../support/gate.ts';
import { listenHere } from '../support/listen-here.ts';
import { NODE } from '../support/quick-node.ts';
import { until } from '../support/until.ts';
import {
  type Answer,
  embeddedLedger,
  openShell,
  openVendor,
  planOf,
  quickLedger,
  type Shell,
} from './shell.ts';

let vendor: Sandbox;
let gate: Awaited<ReturnType<typeof openGate>>;
let shell: Shell;

beforeAll(async () => {
  vendor = await openVendor();
  gate = await openGate(vendor.url);
  // One order in flight at a time: while it hangs or is held, the others wait.
  shell = openShell({
    ...(await quickLedger()),
    DIALOGTECH_URL: gate.url,
    CONCURRENCY: '1',
    REQUEST_TIMEOUT: '60',
  });
});

/** Starts a command and returns when it has an order in flight that is never answered. */
async function startHanging(where: Shell, args: string[]): Promise<Child> {
  const { lastId } = vendor.books();
  vendor.next('hang');
  const child = where.start(args);
  const isThere = () => vendor.books(lastId).requests.length > 0;
  await until(isThere, { what: 'an order is in flight' });
  return child;
}

/** Signals to a command with an order in flight, and lets the answer come after that. */
async function stopInMidOrder(args: string[], signal: NodeJS.Signals) {
  gate.hold();
  const child = shell.start(args);
  await until(() => gate.held > 0, { what: 'an order is in flight' });
  child.kill(signal);
  await child.waitFor(/stopping/i);
  gate.letGo();
  return await child.exited;
}

describe('a signal in the middle of a plan', () => {
  test('lets the order in flight finish; it says how to continue, and exits with 4', async () => {
    const args = ['order', shell.file('plan.csv', planOf(2, 3, 4))];
    const { code, stdout, stderr } = await stopInMidOrder(args, 'SIGINT');
    expect(code).toBe(4);
    expect(stdout).toMatch(/^Plan 1 {2}plan\.csv {2}running /);
    expect(stdout).toContain('9 requested = 2 bought + 7 pending\n');
    expect(stdout).toContain(
      'It goes on while a worker runs. To look on: "bulk-order watch 1". To place its orders ' +
        'here: "bulk-order watch 1 --work".\n',
    );
    expect(stderr).toContain(
      'Stopping: orders in flight finish first. Plan 1 stays started, for any worker. ' +
        'To continue here: "bulk-order watch 1 --work". To pause it: "bulk-order pause 1"\n',
    );
  });

  test('does the same to watch --work, which continues the plan', async () => {
    const args = ['watch', '1', '--work', '--json'];
    const { code, stdout } = await stopInMidOrder(args, 'SIGTERM');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'running', bought: 5, pending: 4 });
  });

  test('ends the plan when the rest is in flight; a closed terminal is a signal, too', async () => {
    const args = ['watch', '1', '--work', '--json'];
    const { code, stdout } = await stopInMidOrder(args, 'SIGHUP');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'finished', bought: 9, pending: 0 });
    expect(vendor.books()).toMatchObject({ sold: 9, soldTwice: 0, lastId: 3 });
  });

  test('ends it at once when it is the second; what was in flight stays pending', async () => {
    const order = await startHanging(shell, ['order', shell.file('hang.csv', planOf(5, 6, 7))]);
    order.kill('SIGINT');
    await order.waitFor('Stopping:');
    order.kill('SIGINT');
    const { code, stdout } = await order.exited;
    expect(code).toBe(4);
    expect(stdout).toContain('18 requested = 0 bought + 18 pending');
    expect(vendor.books().lastId).toBe(4);
  });
});

describe('a signal before anything is sent', () => {
  /** `order` waits for a ledger that does not answer. `within`: what runs it. */
  async function startWaiting(within: string[] = []): Promise<Child> {
    const silent = await listenHere(createServer());
    atEnd(silent.close);
    const DATABASE_URL = `postgres://postgres@127.0.0.1:${silent.port}/none`;
    const { folder: cwd, env, file } = openShell({ ...shell.env, DATABASE_URL });
    const args = ['order', file('plan.csv', planOf(1)), '--yes'];
    const [program = '', ...rest] = [...within, ...NODE, installedCli(), ...args];
    const order = startProgram(program, rest, { cwd, env });
    await until(() => silent.sockets.size > 0, { what: 'it looks for the ledger' });
    return order;
  }

  const said = {
    stdout: '',
    stderr: 'Stopped before anything was sent: nothing was bought.\n',
  };

  test('ends order, which says that nothing was bought', async () => {
    const order = await startWaiting();
    order.kill('SIGINT');
    expect(await order.exited).toMatchObject({ ...said, code: null, signal: 'SIGINT' });
  });

  test('ends it also as process 1, which the signal itself does not end', async () => {
    const { pid, exited } = await startWaiting(['unshare', '--pid', '--fork', '--kill-child']);
    process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')), 'SIGTERM');
    expect(await exited).toMatchObject({ ...said, code: 128 + 15 });
  });
});

describe('work', () => {
  test('holds the embedded ledger alone, and other commands name it', async () => {
    const { DATABASE_URL: _, ...env } = shell.env;
    const embedded = openShell({ ...env, ...embeddedLedger() });
    await embedded.run(['submit', embedded.file('plan.csv', planOf(1)), '--start']);
    const work = await startHanging(embedded, ['work']);
    const { code, stdout, stderr } = await embedded.run(['plans']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const holder = `bulk-order work \\(process ${work.pid} on `;
    expect(stderr).toMatch(new RegExp(`^The embedded database in \\S+ is in use by ${holder}`));
    expect(stderr).toMatch(
      /: stop that one with Ctrl-C in its terminal, .* and say this again\. Or set DATABASE_URL/,
    );
    expect(await embedded.ask(['plans'])).toMatchObject({
      error: { code: 'ledger_in_use', holder: { pid: work.pid, command: 'work' } },
    });
    work.kill('SIGTERM');
    await work.waitFor('stopping: orders in flight finish first');
    work.kill('SIGTERM');
    const ended = await work.exited;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('worker stopped without waiting');
  });

  test('exits with 0 at a signal, after the orders in flight', async () => {
    const { lastId, sold } = vendor.books();
    const { code, stdout, stderr } = await stopInMidOrder(['work'], 'SIGTERM');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const said = stderr.trimEnd().split('\n');
    expect(said.map((line) => JSON.parse(line).msg).slice(-3)).toEqual([
      'stopping: orders in flight finish first',
      'order answered',
      'worker stopped',
    ]);
    // The second order of the plan: the one that hung is not sent again.
    expect(vendor.books()).toMatchObject({ lastId: lastId + 1, sold: sold + 6 });
  });
});

test('after a kill a plan says at once how to go on', async () => {
  const order = await startHanging(shell, ['order', shell.file('kill.csv', planOf(8, 9))]);
  order.kill('SIGKILL');
  await order.exited;
  const [{ id }] = Object.values(await shell.ask<Answer>(['plans'])) as Answer[] as [Answer];
  const { stdout } = await shell.run(['show', String(id)]);
  expect(stdout).toContain(`"bulk-order watch ${id} --work"`);
});
