import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LIVE_KEYS, openShellWithVendor, type Shell } from './shell.ts';

const PLAN = 'area_code,quantity,keep_trying\n212,2,\n802,5,1d\n';

describe('a line of a live account that keeps trying', () => {
  let shell: Shell;
  beforeAll(async () => {
    ({ shell } = await openShellWithVendor(LIVE_KEYS, { stock: { 802: 1 } }));
    shell.file('plan.csv', PLAN);
  });

  test('lets "order" write the results when nothing is left but to wait', async () => {
    const { code, stdout } = await shell.run(['order', 'plan.csv', '--out', 'bought', '--yes']);
    expect(stdout).toContain('7 requested = 3 bought + 4 short');
    expect(stdout).toMatch(/^1 line waits for its next try, 2\S+ \S+ UTC; .*"\S+ close 1"\./m);
    expect(stdout).not.toContain('remainder.csv');
    expect(code).toBe(2);
    expect(shell.read('bought/remainder.csv').trim().split('\n')).toHaveLength(1);
    const { revision, standing } = JSON.parse(shell.read('bought/summary.json'));
    expect({ revision, standing }).toMatchObject({ revision: 1, standing: { lines: 1 } });
  });

  test('is no longer tried when somebody closes it, and the plan ends', async () => {
    const closed = await shell.ask(['close', '1', '3', '--why', 'bought elsewhere']);
    expect(closed).toMatchObject({ code: 0, state: 'finished', short: 4, standing: null });
    const { events } = await shell.ask(['show', '1']);
    expect(events[0]).toMatchObject({
      kind: 'lines_closed',
      why: 'bought elsewhere',
      detail: { line: 3 },
    });
    const { code, stdout } = await shell.run(['results', '1', '--out', 'bought']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('asks again for the rest'),
    });
    expect(shell.read('bought/remainder.csv')).toContain('802,4');
  });

  test('cannot be closed twice', async () => {
    const again = await shell.ask(['close', '1']);
    expect(again).toMatchObject({ code: 1, error: { code: 'wrong_state', state: 'finished' } });
    const never = await shell.ask(['close', '1', '2']);
    expect(never.error.message).toBe(
      'Line 2 of plan 1 is not tried again, and the plan is finished. Nothing was changed.',
    );
  });

  test('is named by a line that the plan has', async () => {
    const error = { code: 'not_found', message: 'Plan 1 has no line 99.' };
    expect(await shell.ask(['close', '1', '99'])).toMatchObject({ error });
    expect(await shell.ask(['close', '1', 'x'])).toMatchObject({
      error: { code: 'invalid_usage', message: expect.stringContaining('number of a line') },
    });
  });
});

const CAMPAIGN = readFileSync(join(import.meta.dirname, '../../examples/campaign.csv'), 'utf8');

test('the example campaign is bought by its ladders and its standing line', async () => {
  const { shell } = await openShellWithVendor();
  shell.file('campaign.csv', CAMPAIGN);
  const before = await shell.ask(['check', 'campaign.csv']);
  expect(before).toMatchObject({
    lines: 10,
    orders: 11,
    numbers: 150,
    fallbackLines: 6,
    stock: [],
  });
  expect(before).toMatchObject({ faultCount: 0, warningCount: 0 });
  expect(before.extraColumns).toEqual(expect.arrayContaining(['campaign', 'note']));
  expect((await shell.run(['order', 'campaign.csv'])).code).toBe(2);
  expect(await shell.ask(['show', '1'])).toMatchObject({
    state: 'finished',
    requested: 150,
    bought: 140,
    short: 10,
  });
  const [, ...lines] = shell.read('results/1-campaign/lines.csv').trim().split('\r\n');
  const bought = lines.map((line) => Number(line.split(',')[4]));
  expect(bought).toEqual([15, 5, 15, 30, 20, 15, 15, 8, 7, 10]);
  expect((await shell.run(['audit'])).code).toBe(0);

  const { stock } = await shell.ask(['check', 'campaign.csv']);
  expect(stock).toContainEqual({
    areaCode: '703',
    plan: 1,
    startedAt: expect.any(String),
    asked: 20,
    bought: 5,
  });
  expect((await shell.run(['check', 'campaign.csv'])).stdout).toMatch(
    /703 +Virginia +1 +20 +5 of 20 bought by plan 1 on \d+ \w+ \d{4}\n/,
  );
});
