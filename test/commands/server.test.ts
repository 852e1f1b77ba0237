import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { remoteOperations } from '../../src/operations/remote.ts';
import { checkPlan } from '../../src/plan/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Child } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { httpHere, sendOn } from '../support/http-here.ts';
import {
  type Answer,
  embeddedLedger,
  openShell,
  openShellWithVendor,
  openVendor,
  planOf,
  quickLedger,
  RESULT_FILES,
  type Shell,
  urlOf,
} from './shell.ts';

describe('with "up" on an embedded ledger, from a second terminal', () => {
  let shell: Shell;
  let server: Child;
  let vendor: Sandbox;
  let url: string;
  beforeAll(async () => {
    vendor = await openVendor();
    shell = openShell({ ...embeddedLedger(), PORT: '0', DIALOGTECH_URL: vendor.url });
    shell.file('plan.csv', planOf(30, 5));
    shell.file('bad.csv', 'area_code,quantity\n21,5\n');
    server = shell.start(['up']);
    url = await urlOf(server);
  });

  test('a plan is submitted, watched to its end and its results are fetched', async () => {
    const submitted = await shell.ask(['submit', 'plan.csv', '--start']);
    expect(submitted).toMatchObject({ code: 0, state: 'running', orders: 3 });
    const { id } = submitted;
    const done = await shell.ask(['watch', `${id}`]);
    expect(done).toMatchObject({ code: 0, id, state: 'finished', bought: 35 });
    const shown = await shell.ask(['show', `${id}`]);
    expect(shown).toMatchObject({ bought: 35, submittedAt: done.submittedAt });
    expect(shown.events.map(({ kind }: Answer) => kind)).toEqual([
      'plan_started',
      'plan_submitted',
    ]);
    const { stdout } = await shell.run(['results', `${id}`, '--out', 'out']);
    expect(stdout).toMatch(/35 requested = 35 bought/);
    expect(readdirSync(`${shell.folder}/out`).sort()).toEqual(RESULT_FILES);
    expect(shell.read('out/numbers.csv').trim().split('\n')).toHaveLength(36);
  });

  test('a check says how to buy while the server has the ledger', async () => {
    const { stdout } = await shell.run(['check', 'plan.csv']);
    expect(stdout).toContain('To buy it: "bulk-order submit plan.csv --start"\n');
  });

  test('a plan that was changed after its check is not started', async () => {
    const path = join(shell.folder, 'changed.csv');
    writeFileSync(path, planOf(10));
    const check = await checkPlan(path);
    writeFileSync(path, planOf(200));
    await using operations = remoteOperations(url, null);
    const account = await operations.accountFor(undefined);
    const file = { path, check, reading: {}, again: false, acceptWarnings: false };
    const submitted = operations.submit({ ...file, checked: { from: 0, to: 0 } }, account, 'Ada');
    await expect(submitted).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringMatching(
        /^changed.csv is not what was checked.*Plan \d+ is stored there, for 200 numbers, and not/,
      ),
    });
    expect((await operations.plans())[0]).toMatchObject({ name: 'changed.csv', state: 'ready' });
  });

  test('an order that is settled there needs no other worker to be sent again', async () => {
    shell.file('one.csv', planOf(1));
    vendor.next('cut_after');
    const { id } = await shell.ask(['submit', 'one.csv', '--start']);
    expect(await shell.ask(['watch', `${id}`])).toMatchObject({ code: 3 });
    const order = `${id}0000001`;
    const by = ['--by', 'Ada', '--why', 'seen', '--against-evidence'];
    const { stdout, stderr } = await shell.run(['settle', order, '--nothing', '--yes', ...by]);
    expect(stdout).toBe(`Order ${order} bought nothing.\n`);
    expect(stderr).toMatch(/(^|\n)It waits again, and a worker sends it\.\n$/);
    expect(await shell.ask(['watch', `${id}`])).toMatchObject({ code: 0 });
  });

  test('results name the folder that cannot be written', async () => {
    shell.file('taken', '');
    const { code, error } = await shell.ask(['results', '1', '--out', 'taken']);
    expect({ code, error }).toMatchObject({ code: 1, error: { code: 'bad_config' } });
    expect(error.message).toMatch(/^The results cannot be written to \S+taken \(EEXIST\)/);
  });

  test('a plan is paused, resumed and cancelled by name, with the reason', async () => {
    const { id } = await shell.ask(['submit', 'plan.csv', '--again']);
    expect((await shell.run(['pause', `${id}`])).stderr).toContain('cannot be paused');
    const cancelled = await shell.ask(['cancel', `${id}`, '--why', 'not needed']);
    expect(cancelled).toMatchObject({ code: 0, state: 'cancelled', cancelled: 35, pending: 0 });
    const { events } = await shell.ask(['show', `${id}`]);
    expect(events[0]).toMatchObject({ kind: 'plan_cancelled', why: 'not needed' });
  });

  test('the account’s pace is changed', async () => {
    const changed = await shell.ask(['account', 'sandbox', '--rate', '50']);
    expect(changed).toMatchObject({ code: 0, name: 'sandbox', rate: 50 });
    expect(Object.keys(changed)).not.toContain('inFlight');
    const fast = await shell.ask(['account', 'sandbox', '--rate', 'none']);
    expect(fast).toMatchObject({ code: 0, rate: null });
    const paused = await shell.ask(['account', 'sandbox', '--pause', '--why', 'lunch']);
    expect(paused).toMatchObject({ pausedReason: 'lunch' });
    expect(await shell.ask(['account', 'sandbox', '--resume'])).toMatchObject({
      pausedReason: null,
    });
  });

  test('an error is the same as on the ledger itself', async () => {
    expect(await shell.ask(['show', '99'])).toEqual({
      code: 1,
      error: {
        code: 'not_found',
        message: 'There is no plan 99. "plans" lists the newest ones.',
        id: 99,
      },
    });
    expect(await shell.ask(['submit', 'plan.csv'])).toMatchObject({
      error: { code: 'duplicate_file', plan: expect.any(Number) },
    });
    expect((await shell.run(['submit', 'bad.csv'])).stderr).toContain('line 2, area_code');
    expect((await shell.run(['unknown'])).stdout).toBe('No order is unknown.\n');
  });

  test('a command that needs the ledger says who holds it, and the address', async () => {
    const { error } = await shell.ask(['audit']);
    expect(error).toMatchObject({ code: 'ledger_in_use', url });
    expect(error.message).toContain(`It serves ${url}`);
  });

  test('it stops cleanly at a signal, and the ledger is free again', async () => {
    server.kill('SIGTERM');
    expect((await server.exited).code).toBe(0);
    expect(await shell.ask(['audit'])).toMatchObject({ code: 0, holds: true });
  });
});

describe('with "serve" that needs a password', () => {
  let shell: Shell;
  let url: string;
  const signIn = { WEB_USER: 'ada', WEB_PASSWORD: 'hush-hush' };
  beforeAll(async () => {
    shell = openShell();
    shell.file('plan.csv', planOf(3));
    const ledger = await quickLedger();
    url = await urlOf(shell.start(['serve'], { ...ledger, ...signIn, PORT: '0' }));
  });

  test('a command signs in by the address, or by the environment', async () => {
    const withName = url.replace('//', '//ada:hush-hush@');
    const { stdout } = await shell.run(['submit', 'plan.csv', '--server', withName]);
    expect(stdout).toContain(`Nothing is bought until "bulk-order start 1 --server ${url}".`);
    expect((await shell.run(['plans', '--server', url], signIn)).stdout).toContain('plan.csv');
  });

  test('a wrong password is an error that does not repeat it', async () => {
    for (const server of [url, url.replace('//', '//ada:guess@')]) {
      const { code, stdout, stderr } = await shell.run(['plans', '--server', server, '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(stdout).error).toMatchObject({ code: 'not_signed_in' });
      expect(stdout + stderr).not.toMatch(/guess/);
    }
  });

  test('a server that is away, or is another program, is named without the password', async () => {
    const nowhere = `http://ada:guess@127.0.0.1:${await freePort()}`;
    const { error } = await shell.ask(['plans', '--server', nowhere]);
    expect(error).toMatchObject({ code: 'server_down', reason: 'ECONNREFUSED' });
    const vendor = await openVendor();
    const other = await shell.ask(['plans', '--server', vendor.url]);
    expect(other.error).toMatchObject({ code: 'server_down' });
    const none = await shell.ask(['plans', '--server', 'ada:guess@there']);
    expect(none.error).toMatchObject({ code: 'invalid_usage' });
    expect(JSON.stringify([error, other, none])).not.toMatch(/guess/);
  });
});

/** A proxy that loses the first answer to a request whose path ends so: the server has done it. */
async function losingProxy(to: string, path: RegExp): Promise<string> {
  let isLost = false;
  const { url } = await httpHere((asked, answer) => {
    sendOn(to, asked).once('response', (its) => {
      if (!isLost && path.test(asked.url!.replace(/\?.*/, ''))) {
        isLost = true;
        its.resume().on('end', () => asked.socket.destroy());
        return;
      }
      answer.writeHead(its.statusCode!, its.headers);
      its.pipe(answer);
    });
  });
  return url;
}

describe('where an answer is lost', () => {
  let shell: Shell;
  let url: string;
  beforeAll(async () => {
    ({ shell } = await openShellWithVendor({ PORT: '0' }));
    shell.file('plan.csv', planOf(30, 5));
    url = await urlOf(shell.start(['up']));
  });

  test('a start whose answer is lost may have been done, and its plan is named', async () => {
    const proxy = await losingProxy(url, /\/start$/);
    const args = ['submit', 'plan.csv', '--start', '--server', proxy];
    const { code, stderr } = await shell.run(args);
    expect(code).toBe(1);
    const show = `"bulk-order show 1 --server ${proxy}"`;
    expect(stderr).toContain(
      `Plan 1 is stored, and may be started: do not submit it again. ${show} tells.`,
    );
    expect(stderr).toContain(
      `gave no clear answer (UND_ERR_SOCKET). It may have done what was asked. Before you repeat ` +
        `it, look at ${show}.`,
    );
  });

  test('a submission whose answer is lost is stored once, and its plan is the answer', async () => {
    const proxy = await losingProxy(url, /\/plans$/);
    const args = ['submit', 'plan.csv', '--again', '--server', proxy];
    expect(await shell.ask(args)).toMatchObject({ code: 0, id: 2, state: 'ready' });
    expect(await shell.ask(['plans', '--server', url])).toMatchObject({ 0: { id: 2 } });
    expect((await shell.run(['show', '3', '--server', url])).code).toBe(1);
  });
});
