import { beforeAll, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import {
  type Database,
  describeWithPostgres,
  emptyDatabase,
  freshDatabase,
} from '../support/servers.ts';
import { ledgerAt } from '../support/storage.ts';
import { LIVE_KEYS, openShell, openVendor, planOf, quickLedger, type Shell } from './shell.ts';

let shell: Shell;
let live: Record<string, string>;
beforeAll(async () => {
  shell = openShell(await quickLedger());
  live = { ...LIVE_KEYS, DIALOGTECH_URL: (await openVendor()).url };
  shell.file('wrong.csv', 'area_code,quantity\n212,5\n416,5\n');
});

const WRONG = 'area_code 416 is in Ontario, Canada, but the type is local.';

test('check says what lines may buy instead, and which ask again', async () => {
  const rows = Array.from({ length: 25 }, (_, at) => `646,5,overlay:${at + 1} > tollfree,`);
  const head = 'area_code,quantity,fallback,keep_trying';
  shell.file('ladders.csv', `${head}\n${rows.join('\n')}\n212,5,,3d\n907,5,overlay,\n`);
  const { stdout } = await shell.run(['check', 'ladders.csv']);
  expect(stdout).toContain('25 lines may buy instead:\n  646 New York: overlay:1 212, ');
  expect(stdout).toContain('overlay:20 212, 332, 917; tollfree\n  … and 5 more ladders\n');
  expect(stdout).toContain('1 line asks again for what is missing.\n');
  expect(stdout).toContain('fallback "overlay" finds nothing: 907 has no overlay. Leave it out.');
  const document = await shell.ask(['check', 'ladders.csv']);
  expect(document).toMatchObject({ ladderCount: 25, numberingDate: '2026-08-17' });
  expect(document.ladders[24]).toMatchObject({ fallback: 'overlay:25 tollfree' });
});

test('a code of the wrong country is a warning in the sandbox, and a fault with keys', async () => {
  expect(await shell.ask(['check', 'wrong.csv'])).toMatchObject({
    code: 0,
    warnings: [{ line: 3, message: expect.stringContaining(WRONG) }],
  });
  expect(await shell.ask(['check', 'wrong.csv'], live)).toMatchObject({
    code: 1,
    faults: [{ line: 3, column: 'area_code', message: expect.stringContaining(WRONG) }],
  });
});

test('with keys nothing of such a plan is stored, not even by a process without them', async () => {
  shell.file('good.csv', 'area_code,quantity\n212,5\n');
  expect(await shell.ask(['submit', 'good.csv'], live)).toMatchObject({ id: 1, mode: 'live' });
  for (const env of [live, {}]) {
    const { error } = await shell.ask(['submit', 'wrong.csv', '--account', 'main'], env);
    expect(error).toMatchObject({ code: 'bad_plan', faultCount: 1 });
  }
  expect(JSON.parse((await shell.run(['plans', '--json'])).stdout)).toMatchObject([{ id: 1 }]);
});

describeWithPostgres('"check" beside a database', () => {
  const checkIn = async ({ url }: Database) => {
    const ledger = ledgerAt(url);
    const shell = openShell({ DATABASE_URL: url });
    const check = () => shell.run(['check', shell.file('plan.csv', planOf(5))]);
    return { ledger, check };
  };
  const versions = (ledger: Ledger) => sql(ledger, 'select version from ledger.migrations');

  test('makes no tables, and says nothing of stock where there are none', async () => {
    const { ledger, check } = await checkIn(await emptyDatabase());
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
    const schemas = await sql(ledger, `select to_regnamespace('ledger') as ledger`);
    expect(schemas).toEqual([{ ledger: null }]);
  });

  // Old workers claim nothing once the tables are newer than they are.
  test('changes no tables of another version, and says what it cannot tell', async () => {
    const { ledger, check } = await checkIn(await freshDatabase());
    await sql(ledger, `insert into ledger.migrations (version, name) values (999, 'later')`);
    const before = await versions(ledger);
    const { code, stderr } = await check();
    expect(code).toBe(0);
    expect(stderr).toMatch(/found in stock is not known: .* are of version 999/);
    expect(await versions(ledger)).toEqual(before);
  });
});
