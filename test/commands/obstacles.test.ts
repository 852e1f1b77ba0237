import { describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/ledger/index.ts';
import { openQueue } from '../../src/queue/index.ts';
import { freePort } from '../support/free-port.ts';
import { freshDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';
import {
  changeLedger,
  LIVE_KEYS,
  openShell,
  openShellWithVendor,
  planOf,
  quickLedger,
  urlOf,
} from './shell.ts';

const NO_WORKER =
  'No worker is running for sandbox. To start one for this plan: "bulk-order watch 1 --work". ' +
  'For all plans: "bulk-order work".';

describe('a plan that stands still says why:', () => {
  test('no worker runs', async () => {
    const shell = openShell(await quickLedger());
    shell.file('plan.csv', planOf(2));
    expect((await shell.run(['submit', 'plan.csv', '--start'])).stdout).toContain(NO_WORKER);
    expect((await shell.run(['show', '1'])).stdout).toContain(NO_WORKER);
    const shown = await shell.ask(['show', '1']);
    expect(shown).toMatchObject({ isMoving: false, obstacles: [{ kind: 'no_worker' }] });
    const watch = shell.start(['watch', '1']);
    await watch.waitFor(NO_WORKER);
    watch.kill();
    const { code, stderr } = await watch.exited;
    expect(code).toBe(4);
    expect(stderr.split('\n').filter((line) => line.startsWith('0 of 2'))).toHaveLength(2);
  });

  test('no worker runs, so a plan that is being cancelled does not end', async () => {
    const { shell, vendor } = await openShellWithVendor();
    vendor.next('hang');
    shell.file('plan.csv', planOf(2, 3));
    const order = shell.start(['order', 'plan.csv'], { CONCURRENCY: '1' });
    await until(() => vendor.books().requests.length > 0, { what: 'one is on its way' });
    order.kill('SIGKILL');
    await order.exited;
    await changeLedger(shell, 'delete from ledger.workers');
    const { stdout } = await shell.run(['cancel', '1']);
    expect(stdout).toContain('  2 lines, 2 orders, 1 of them left to cancel\n');
    expect(stdout).toContain(NO_WORKER);
    const shown = await shell.ask(['show', '1']);
    expect(shown).toMatchObject({ isCancelling: true, reason: null });
    const watch = shell.start(['watch', '1']);
    await watch.waitFor(NO_WORKER);
    await watch.waitFor('waits for a worker');
    watch.kill();
    await watch.exited;
  });

  test('the vendor cannot be reached, and no proxy is used', async () => {
    const shell = openShell({
      ...(await quickLedger()),
      ...LIVE_KEYS,
      DIALOGTECH_URL: `http://127.0.0.1:${await freePort()}`,
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    shell.file('plan.csv', planOf(2));
    const order = shell.start(['order', 'plan.csv', '--yes']);
    await order.waitFor('so the program ignores HTTPS_PROXY.');
    const reason =
      'The vendor cannot be reached. Nothing was sent: the connection was refused (ECONNREFUSED).';
    await order.waitFor(reason);
    const watch = shell.start(['show', '1']);
    if (shell.env.DATABASE_URL) expect((await watch.exited).stdout).toContain(reason);
    order.kill();
    await order.exited;
  });

  test('its queue is paused in Bull Board', async () => {
    const { url } = await freshDatabase();
    const { shell } = await openShellWithVendor({ DATABASE_URL: url });
    shell.file('plan.csv', planOf(2));
    await shell.run(['submit', 'plan.csv', '--start']);
    const ledger = openPostgres(url);
    const queue = await openQueue('sandbox', { ledger, redisUrl: null });
    await queue.queue.pause();
    const watch = shell.start(['watch', '1', '--work']);
    const said =
      'The queue of sandbox is paused on its board. To resume it: "Resume" in the menu of the';
    await watch.waitFor(said);
    expect((await shell.run(['show', '1'])).stdout).toContain(said);
    await queue.queue.resume();
    const { code, stderr } = await watch.exited;
    expect(code).toBe(0);
    expect(stderr).not.toContain('No worker');
    await queue.close();
    await ledger.close();
  });

  test('the vendor is silent for longer than an order takes', async () => {
    const { shell, vendor } = await openShellWithVendor();
    vendor.next('hang');
    shell.file('plan.csv', planOf(2));
    const order = shell.start(['order', 'plan.csv']);
    await order.waitFor(/No answer was recorded for 1\d s\./);
    order.kill('SIGKILL');
    await order.exited;
  });

  test('the same through a server, and hints name that server', async () => {
    const { url } = await freshDatabase();
    const shell = openShell({ DATABASE_URL: url });
    const server = ['--server', await urlOf(shell.start(['serve'], { PORT: '0' }))];
    shell.file('plan.csv', planOf(2));
    await shell.run(['submit', 'plan.csv', '--start', ...server]);
    await shell.run(['account', 'sandbox', '--pause', '--why', 'lunch', ...server]);
    const ledger = openPostgres(url);
    const queue = await openQueue('sandbox', { ledger, redisUrl: null });
    await queue.queue.pause();
    const { stdout } = await shell.run(['show', '1', ...server]);
    expect(stdout.split('\n').slice(3, 6)).toEqual([
      'Account sandbox is paused: lunch. To resume: ' +
        `"bulk-order account sandbox --resume --why TEXT ${server.join(' ')}"`,
      'The queue of sandbox is paused on its board. ' +
        'To resume it: "Resume" in the menu of the queue on the board, /queues of the web. ' +
        'With USERS_FILE, the board has that menu only while BOARD_CONTROLS=true.',
      'No worker is running for sandbox. To start one, on the server itself: ' +
        '"bulk-order work", or "bulk-order up" instead of "bulk-order serve".',
    ]);
    for (const command of [['show', '1'], ['plans']])
      expect(await shell.ask([...command, ...server])).toEqual(await shell.ask(command));
    await queue.close();
    await ledger.close();
  });
});

describe('the end of a run names the next steps:', () => {
  test('what is missing is in the remainder, and what is unknown needs a look', async () => {
    const { shell, vendor } = await openShellWithVendor();
    vendor.next('no_stock', { search: '201' });
    vendor.next('cut_after', { search: '202' });
    shell.file('my plan.csv', planOf(2, 3));
    const { code, stdout } = await shell.run(['order', 'my plan.csv']);
    expect(code).toBe(3);
    const remainder = `'results/1-my plan/remainder.csv'`;
    expect(stdout).toContain(
      `"bulk-order order ${remainder}" asks again for what is proven missing`,
    );
    expect(stdout).toContain(
      'Unknown: 3 numbers in 1 order. "bulk-order unknown 1" lists them; ' +
        '"bulk-order reconcile 1" compares',
    );
    expect(stdout).toMatch(/^ {2}3 +202 +local +3 +0 +0 +3 +0 +The order was handed over/m);
    const summary = JSON.parse(shell.read('results/1-my plan/summary.json'));
    expect(summary).toMatchObject({ plan: 1, id: 1, rate: 100 });
    expect(summary.pace).toBeLessThan(10);
  });
});

describe('an account that is not named', () => {
  test('is the only one', async () => {
    const shell = openShell(await quickLedger());
    const none = await shell.run(['account', '--resume']);
    expect(none.stderr).toBe('There is no account yet. The first worker makes one.\n');
    shell.file('plan.csv', planOf(1));
    await shell.run(['submit', 'plan.csv']);
    expect(await shell.ask(['account', '--pause'])).toMatchObject({ name: 'sandbox' });
    expect(await shell.ask(['account', '--resume'])).toMatchObject({ pausedReason: null });
    await shell.run(['submit', 'plan.csv', '--again'], LIVE_KEYS);
    expect((await shell.run(['account', '--resume'])).stderr).toBe(
      'There are several accounts: sandbox, main. Say which one, such as "bulk-order account ' +
        'sandbox --resume".\n',
    );
  });

  test('has its change of pace among the events, with the pace', async () => {
    const shell = openShell(await quickLedger());
    shell.file('plan.csv', planOf(1));
    await shell.run(['submit', 'plan.csv', '--start']);
    await shell.run(['account', '--rate', '2.5']);
    expect((await shell.run(['show', '1'])).stdout).toMatch(/ Pace set to 2\.5 by /);
  });
});
