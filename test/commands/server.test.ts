import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Child } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import {
  type Answer,
  embeddedLedger,
  type Office,
  openOffice,
  openVendor,
  planOf,
  quickLedger,
  RESULT_FILES,
  urlOf,
} from './office.ts';

describe('with "up" on an embedded ledger, from a second terminal', () => {
  let office: Office;
  let server: Child;
  let url: string;
  beforeAll(async () => {
    const vendor = await openVendor();
    office = openOffice({ ...embeddedLedger(), PORT: '0', DIALOGTECH_URL: vendor.url });
    office.file('plan.csv', planOf(30, 5));
    office.file('bad.csv', 'area_code,quantity\n21,5\n');
    server = office.start(['up']);
    url = await urlOf(server);
  });

  test('a plan is submitted, watched to its end and its results are fetched', async () => {
    const submitted = await office.ask(['submit', 'plan.csv', '--start']);
    expect(submitted).toMatchObject({ code: 0, state: 'running', orders: 3 });
    const { id } = submitted;
    const done = await office.ask(['watch', `${id}`]);
    expect(done).toMatchObject({ code: 0, id, state: 'finished', bought: 35 });
    const shown = await office.ask(['show', `${id}`]);
    expect(shown).toMatchObject({ bought: 35, submittedAt: done.submittedAt });
    expect(shown.events.map(({ kind }: Answer) => kind)).toEqual([
      'plan_started',
      'plan_submitted',
    ]);
    const { stdout } = await office.run(['results', `${id}`, '--out', 'out']);
    expect(stdout).toMatch(/35 requested = 35 bought/);
    expect(readdirSync(`${office.folder}/out`).sort()).toEqual(RESULT_FILES);
    expect(office.read('out/numbers.csv').trim().split('\n')).toHaveLength(36);
  });

  test('a plan is paused, resumed and cancelled by name, with the reason', async () => {
    const { id } = await office.ask(['submit', 'plan.csv', '--again']);
    expect((await office.run(['pause', `${id}`])).stderr).toContain('cannot be paused');
    const cancelled = await office.ask(['cancel', `${id}`, '--why', 'not needed']);
    expect(cancelled).toMatchObject({ code: 0, state: 'cancelled', cancelled: 35, pending: 0 });
    const { events } = await office.ask(['show', `${id}`]);
    expect(events[0]).toMatchObject({ kind: 'plan_cancelled', why: 'not needed' });
  });

  test('the account’s pace is changed', async () => {
    const changed = await office.ask(['account', 'sandbox', '--rate', '50']);
    expect(changed).toMatchObject({ code: 0, name: 'sandbox', rate: 50 });
    expect(Object.keys(changed)).not.toContain('inFlight');
    const fast = await office.ask(['account', 'sandbox', '--rate', 'none']);
    expect(fast).toMatchObject({ code: 0, rate: null });
    const paused = await office.ask(['account', 'sandbox', '--pause', '--why', 'lunch']);
    expect(paused).toMatchObject({ pausedReason: 'lunch' });
    expect(await office.ask(['account', 'sandbox', '--resume'])).toMatchObject({
      pausedReason: null,
    });
  });

  test('an error is the same as on the ledger itself', async () => {
    expect(await office.ask(['show', '99'])).toEqual({
      code: 1,
      error: {
        code: 'not_found',
        message: 'There is no plan 99. "plans" lists those there are.',
        id: 99,
      },
    });
    expect(await office.ask(['submit', 'plan.csv'])).toMatchObject({
      error: { code: 'duplicate_file', plan: expect.any(Number) },
    });
    expect((await office.run(['submit', 'bad.csv'])).stderr).toContain('line 2, area_code');
    expect((await office.run(['unknown'])).stdout).toBe('No order is unknown.\n');
  });

  test('a command that needs the ledger says who holds it, and the address', async () => {
    const { error } = await office.ask(['audit']);
    expect(error).toMatchObject({ code: 'ledger_in_use', url });
    expect(error.message).toContain(`It serves ${url}`);
  });

  test('it stops cleanly at a signal, and the ledger is free again', async () => {
    server.kill('SIGTERM');
    expect((await server.exited).code).toBe(0);
    expect(await office.ask(['audit'])).toMatchObject({ code: 0, holds: true });
  });
});

describe('with "serve" that needs a password', () => {
  let office: Office;
  let url: string;
  const signIn = { WEB_USER: 'ada', WEB_PASSWORD: 'hush-hush' };
  beforeAll(async () => {
    office = openOffice();
    office.file('plan.csv', planOf(3));
    const ledger = await quickLedger();
    url = await urlOf(office.start(['serve'], { ...ledger, ...signIn, PORT: '0' }));
  });

  test('a command signs in by the address, or by the environment', async () => {
    const withName = url.replace('//', '//ada:hush-hush@');
    const { stdout } = await office.run(['submit', 'plan.csv', '--server', withName]);
    expect(stdout).toContain(`Nothing is bought until "bulk-order start 1 --server ${url}".`);
    expect((await office.run(['plans', '--server', url], signIn)).stdout).toContain('plan.csv');
  });

  test('a wrong password is an error that does not repeat it', async () => {
    for (const server of [url, url.replace('//', '//ada:guess@')]) {
      const { code, stdout, stderr } = await office.run(['plans', '--server', server, '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(stdout).error).toMatchObject({ code: 'not_signed_in' });
      expect(stdout + stderr).not.toMatch(/guess/);
    }
  });

  test('a server that is away, or is another program, is named without the password', async () => {
    const nowhere = `http://ada:guess@127.0.0.1:${await freePort()}`;
    const { error } = await office.ask(['plans', '--server', nowhere]);
    expect(error).toMatchObject({ code: 'server_down', reason: 'ECONNREFUSED' });
    const vendor = await openVendor();
    const other = await office.ask(['plans', '--server', vendor.url]);
    expect(other.error).toMatchObject({ code: 'server_down' });
    const none = await office.ask(['plans', '--server', 'ada:guess@there']);
    expect(none.error).toMatchObject({ code: 'invalid_usage' });
    expect(JSON.stringify([error, other, none])).not.toMatch(/guess/);
  });

  test('a password file may be replaced while the server runs', async () => {
    const file = join(office.folder, 'password');
    office.file('password', 'hush-hush\n');
    const env = { ...(await quickLedger()), WEB_USER: 'ada', WEB_PASSWORD_FILE: file, PORT: '0' };
    const served = await urlOf(office.start(['serve'], env));
    const statusOf = async (password: string) => {
      const authorization = `Basic ${btoa(`ada:${password}`)}`;
      return (await fetch(`${served}/api/plans`, { headers: { authorization } })).status;
    };
    expect([await statusOf('hush-hush'), await statusOf('a new one')]).toEqual([200, 401]);
    office.file('password', 'a new one\n');
    await until(async () => (await statusOf('a new one')) === 200, {
      what: 'the new one is taken',
      everyMs: 500,
    });
    expect(await statusOf('hush-hush')).toBe(401);
  });
});
