import { readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { overtakenWhilePaused } from '../report/submitted-remainder.ts';
import { newPlan } from '../support/plans.ts';
import { freshDatabase } from '../support/servers.ts';
import {
  type Answer,
  openShell,
  openVendor,
  planOf,
  quickLedger,
  RESULT_FILES,
  type Shell,
  withLedger,
} from './shell.ts';

const ME = userInfo().username;
/** As the events have it: nobody signs in on the command line. */
const BY_ME = `system:${ME}`;

let vendor: Sandbox;
let shell: Shell;
beforeAll(async () => {
  vendor = await openVendor();
});

/** One plan: each test continues the one before. */
describe('the life of a plan', () => {
  beforeAll(async () => {
    shell = openShell({
      ...(await quickLedger()),
      DIALOGTECH_URL: vendor.url,
      CONCURRENCY: '1',
    });
    shell.file('plan.csv', planOf(26, 3));
  });

  test('submit stores it, and nothing is bought until it is started', async () => {
    const { code, stdout } = await shell.run(['submit', 'plan.csv']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'Plan 1: 2 lines, 3 orders, 29 numbers, sandbox account "sandbox".\nNothing is bought ' +
        'until "bulk-order start 1".\n',
    );
  });

  test('show has a column for what is pending, and the columns add up', async () => {
    const { stdout } = await shell.run(['show', '1']);
    expect(stdout).toMatch(/ requested +bought +missing +unknown +cancelled +pending +why$/m);
    expect(stdout).toMatch(/^ +2 +201 +local +26 +0 +0 +0 +0 +26$/m);
  });

  test('a move that its state does not allow is refused and changes nothing', async () => {
    const { code, stderr } = await shell.run(['resume', '1']);
    expect(code).toBe(1);
    expect(stderr).toBe('Plan 1 is ready and cannot be resumed. Nothing was changed.\n');
  });

  test('start starts it, pause stops it with a reason, resume continues it', async () => {
    const started = await shell.run(['start', '1']);
    expect(started.stdout).toBe(
      'Plan 1 is running: 29 numbers in 3 orders, sandbox account "sandbox".\n' +
        'No worker is running for sandbox. To start one for this plan: ' +
        '"bulk-order watch 1 --work". For all plans: "bulk-order work".\n',
    );
    const paused = await shell.ask(['pause', '1', '--why', 'lunch']);
    expect(paused).toMatchObject({ code: 0, state: 'paused', reason: 'lunch', etaSeconds: null });
    const watched = await shell.run(['watch', '1', '--work']);
    expect(watched.code).toBe(4);
    expect(watched.stdout).toContain('Paused. To continue: "bulk-order resume 1"');
    expect(vendor.books().requests).toEqual([]);
    const resumed = await shell.run(['resume', '1']);
    expect(resumed.stdout).toMatch(/^Plan 1 {2}plan\.csv {2}running {2}account/);
  });

  test('watch --work places its orders', async () => {
    vendor.next('ok');
    vendor.next('refuse');
    const { code, stdout } = await shell.run(['watch', '1', '--work']);
    expect(code).toBe(2);
    expect(stdout).toContain('  29 requested = 28 bought + 1 refused\n');
  });

  test('show says what became of it, and who did what, when and why', async () => {
    const { events, ...shown } = await shell.ask(['show', '1']);
    expect(shown).toMatchObject({ id: 1, name: 'plan.csv', lines: 2, orders: 3, refused: 1 });
    expect(events.map(({ kind, who, why }: Answer) => [kind, who, why]).reverse()).toEqual([
      ['plan_submitted', BY_ME, null],
      ['plan_started', BY_ME, null],
      ['plan_paused', BY_ME, 'lunch'],
      ['plan_resumed', BY_ME, null],
    ]);
    const { stdout } = await shell.run(['show', '1']);
    expect(stdout).toMatch(/^ +when +what happened +why$/m);
    expect(stdout).toMatch(
      new RegExp(`^ +${events[1].at} +Paused by ${ME}\\. Nothing new is sent\\. +lunch$`, 'm'),
    );
  });

  test('retry puts back what was refused, and then it is bought', async () => {
    const retried = await shell.run(['retry', '1', '--why', 'they said sorry']);
    expect(retried.stdout).toMatch(/^1 order of plan 1 waits again\.\nPlan 1 .* running/);
    expect(await shell.ask(['watch', '1', '--work'])).toMatchObject({ code: 0, bought: 29 });
  });

  test('results writes the six files', async () => {
    const { code, out } = await shell.ask(['results', '1']);
    expect(code).toBe(0);
    expect(out).toBe(join(shell.folder, 'results', '1-plan'));
    expect(readdirSync(out).sort()).toEqual(RESULT_FILES.sort());
  });

  test('cancel ends a plan, and watch exits with 4', async () => {
    expect(await shell.ask(['submit', 'plan.csv', '--again', '--start'])).toMatchObject({ id: 2 });
    const cancelled = await shell.ask(['cancel', '2', '--why', 'too dear']);
    expect(cancelled).toMatchObject({ state: 'cancelled', reason: 'too dear', cancelled: 29 });
    const watched = await shell.run(['watch', '2']);
    expect(watched.code).toBe(4);
    expect(watched.stdout).toMatch(/^Plan 2 {2}plan\.csv {2}cancelled \(too dear\)/);
    expect(watched.stdout).toContain('29 requested = 0 bought + 29 cancelled');
  });

  test('plans lists them, newest first', async () => {
    const [head, ...rows] = (await shell.run(['plans'])).stdout.trimEnd().split('\n');
    expect(head).toMatch(
      /^ +id +plan +account +state +requested +bought +missing +unknown +cancelled +pending$/,
    );
    expect(rows).toEqual([
      expect.stringMatching(/^ +2 +plan\.csv +sandbox +cancelled +29 +0 +0 +0 +29 +0$/),
      expect.stringMatching(/^ +1 +plan\.csv +sandbox +finished +29 +29 +0 +0 +0 +0$/),
    ]);
  });

  test('audit finds every law kept, and says which ones', async () => {
    const { code, stdout } = await shell.run(['audit', '1']);
    expect(code).toBe(0);
    const laws = stdout.trimEnd().split('\n');
    expect(laws.length).toBeGreaterThanOrEqual(10);
    for (const law of laws) expect(law).toMatch(/^holds {3}\S/);
    expect(vendor.books()).toMatchObject({ sold: 29, soldTwice: 0 });
  });
});

describe('a ledger with little in it', () => {
  beforeAll(async () => {
    shell = openShell({ ...(await quickLedger()), DIALOGTECH_URL: vendor.url });
  });

  test('says so', async () => {
    const plans = await shell.run(['plans']);
    expect(plans.stdout).toBe(
      'No plans yet. "bulk-order order PLAN.csv" or "bulk-order submit PLAN.csv" makes one.\n',
    );
    const accounts = await shell.run(['account']);
    expect(accounts.stdout).toBe('There is no account yet. The first worker makes one.\n');
    expect((await shell.run(['unknown'])).stdout).toBe('No order is unknown.\n');
    expect((await shell.run(['account', 'main'])).stderr).toBe(
      'There is no account "main". There is: none yet.\n',
    );
  });

  test.each(['show', 'unknown', 'audit', 'results'])(
    '%s of a plan that is not there',
    async (command) => {
      expect(await shell.run([command, '7'])).toEqual({
        code: 1,
        stdout: '',
        stderr: 'There is no plan 7. "bulk-order plans" lists the newest ones.\n',
      });
    },
  );

  test('a plan that was not started is not worked on, and has nothing to retry', async () => {
    shell.file('plan.csv', planOf(5));
    const { lastId } = vendor.books();
    expect(await shell.ask(['submit', 'plan.csv'])).toMatchObject({ id: 1, state: 'ready' });
    const watched = await shell.run(['watch', '1', '--work']);
    expect(watched.code).toBe(4);
    expect(watched.stdout).toContain('Not started. To start it: "bulk-order start 1"');
    expect(await shell.ask(['retry', '1'])).toMatchObject({
      error: { code: 'wrong_state', state: 'ready' },
    });
    expect(vendor.books().lastId).toBe(lastId);
  });

  test('an account is paused and resumed with a reason, and its pace is changed', async () => {
    const paused = await shell.run(['account', 'sandbox', '--pause', '--why', 'audit']);
    expect(paused.stdout).toMatch(/^ +sandbox +sandbox +100 +paused: audit$/m);
    const resumed = await shell.run(['account', 'sandbox', '--resume', '--rate', '50']);
    expect(resumed.stdout).toMatch(/^ +sandbox +sandbox +50 +active$/m);
    const { stdout } = await shell.run(['account']);
    expect(resumed.stdout).toBe(`${stdout}It was paused: audit.\n`);
  });

  test('a sandbox is let go as fast as it can', async () => {
    const { stdout } = await shell.run(['account', 'sandbox', '--rate', 'none']);
    expect(stdout).toMatch(/^ +sandbox +sandbox +none +active$/m);
    shell.file('plan.csv', planOf(5));
    const { id, rate } = await shell.ask(['order', 'plan.csv', '--again'], { RATE: 'none' });
    expect(rate).toBeNull();
    const shown = await shell.run(['show', `${id}`]);
    expect(shown.stdout).toMatch(/1 order, ended after \d+ s/);
  });
});

test('resume refuses a plan that was overtaken while it was paused, without --again', async () => {
  const shell = openShell(await quickLedger());
  let id = '';
  await withLedger(shell, async (ledger) => {
    id = String(await overtakenWhilePaused(ledger));
  });
  const refused = await shell.run(['resume', id]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/may have bought.*--again/),
  });
  expect(await shell.ask(['resume', id, '--again'])).toMatchObject({ state: 'running' });
});

const OLDER = 'These are the newest 100. The page "Plans" has those before, too.';

test('plans says so when it lists only the newest hundred', async () => {
  const { url } = await freshDatabase();
  const shell = openShell({ DATABASE_URL: url });
  const ledger = openPostgres(url);
  const { account } = await newPlan(ledger);
  for (let n = 1; n < 99; n++) await newPlan(ledger, { account, started: false });
  expect((await shell.run(['plans'])).stdout).not.toContain(OLDER);
  await newPlan(ledger, { account });
  await newPlan(ledger, { account });
  await ledger.close();
  const { stdout } = await shell.run(['plans']);
  expect(stdout.split('\n').at(-2)).toBe(OLDER);
  expect(stdout.trim().split('\n')).toHaveLength(102);
});
