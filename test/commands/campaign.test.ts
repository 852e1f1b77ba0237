import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShellWithVendor } from './shell.ts';

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
