import { beforeAll, expect, test } from 'vitest';
import { LIVE_KEYS, type Office, openOffice, openVendor } from './office.ts';

let office: Office;
let live: Record<string, string>;
beforeAll(async () => {
  office = openOffice();
  live = { ...LIVE_KEYS, DIALOGTECH_URL: (await openVendor()).url };
  office.file('wrong.csv', 'area_code,quantity\n212,5\n416,5\n');
  office.file('newer.csv', '<!doctype html>');
});

const WRONG = 'area_code 416 is in Ontario, Canada, but the type is local.';

test('check says where the numbers would be', async () => {
  const { stdout } = await office.run(['check', 'wrong.csv']);
  expect(stdout).toMatch(/ 212 +New York +1 +5\n +416 +Ontario +1 +5\n/);
});

test('a code of the wrong country is a warning in the sandbox, and a fault with keys', async () => {
  expect(await office.ask(['check', 'wrong.csv'])).toMatchObject({
    code: 0,
    warnings: [{ line: 3, message: expect.stringContaining(WRONG) }],
  });
  expect(await office.ask(['check', 'wrong.csv'], live)).toMatchObject({
    code: 1,
    faults: [{ line: 3, column: 'area_code', message: expect.stringContaining(WRONG) }],
  });
});

test('with keys nothing of such a plan is stored, not even by a process without them', async () => {
  office.file('good.csv', 'area_code,quantity\n212,5\n');
  expect(await office.ask(['submit', 'good.csv'], live)).toMatchObject({ id: 1, mode: 'live' });
  for (const env of [live, {}]) {
    const { error } = await office.ask(['submit', 'wrong.csv', '--account', 'main'], env);
    expect(error).toMatchObject({ code: 'bad_plan', faultCount: 1 });
  }
  expect(JSON.parse((await office.run(['plans', '--json'])).stdout)).toMatchObject([{ id: 1 }]);
});

test('check reads no plan by a file that is no report', async () => {
  const env = { NUMBERING_FILE: 'newer.csv' };
  expect((await office.ask(['check', 'wrong.csv'], env)).error.code).toBe('bad_config');
});
