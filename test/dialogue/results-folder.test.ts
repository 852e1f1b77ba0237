import { expect, test } from 'vitest';
import { folderOf } from '../../src/dialogue/deliver-results.ts';

test.each([
  ['autumn.csv', 'results/7-autumn'],
  ['../../../etc/cron.d/x.csv', 'results/7-..-..-..-etc-cron.d-x'],
  ['..\\..\\x', 'results/7-..-.'],
  ['..', 'results/7-.'],
  ['a/../../b', 'results/7-a-..-.'],
])('results of a plan called %s go to %s, never elsewhere', (name, folder) => {
  expect(folderOf({ id: 7, name })).toBe(folder);
});

test('results of a plan whose name is as long as a file may have it have a folder', () => {
  const folder = folderOf({ id: 123_456_789, name: `${'漢'.repeat(83)}.csv` });
  expect(folder).toMatch(/^results\/123456789-漢{76}$/);
});
