/** The area codes in which a first try runs out of numbers, and where it can go on. */
import { expect, it } from 'vitest';
import { embeddedNumbering } from '../../src/numbering/index.ts';
import { openSandbox, SHORT_STOCK } from '../../src/sandbox/index.ts';
import { linesOf } from '../plan/plan-file.ts';
import { buy, countBought } from './asking.ts';

const TODAY = '2026-08-17';
const numbering = embeddedNumbering();

const example = (name: string): string =>
  new URL(`../../examples/${name}`, import.meta.url).pathname;

it.each([
  ['907', 12],
  ['808', 0],
  ['701', 7],
  ['785', 2],
  ['703', 5],
  ['929', 0],
  ['773', 4],
  ['872', 8],
  ['973', 0],
  ['862', 6],
  ['954', 3],
  ['754', 6],
])('%s has %i', async (search, count) => {
  await using sandbox = await openSandbox();
  expect(await countBought(sandbox, { search, quantity: 25 })).toBe(count);
});

it('802 is empty at first, and gets 5 every 15 seconds', async () => {
  let now = 0;
  await using sandbox = await openSandbox({ now: () => now });
  const order = { search: '802', quantity: 25 };
  expect(await buy(sandbox, order)).toBe('No numbers available');
  for (now = 15_000; now <= 45_000; now += 15_000)
    expect(await countBought(sandbox, order)).toBe(5);
});

it.each([
  ['703', ['571']],
  ['929', ['347', '465', '718', '917']],
  ['773', ['872']],
  ['973', ['862']],
  ['954', ['754']],
  ['701', []],
  ['802', []],
  ['785', []],
])('%s has the overlays %j', (code, overlays) => {
  expect(numbering.overlaysOf(code)).toEqual(overlays);
});

it.each([
  ['773', ['312', '872']],
  ['973', ['862', '201']],
  ['954', ['754']],
  ['785', []],
])('nearest to %s, in its state and within 25 miles, are %j', (code, nearest) => {
  const nearby = numbering.nearby(code, 25, { today: TODAY }).map((each) => each.code);
  expect(nearby.slice(0, 2)).toEqual(nearest);
});

it('the codes to which a plan can go on have plenty', () => {
  const plenty = ['571', '347', '332', '646', '312', '201', ...numbering.inRegionOf('785', TODAY)];
  expect(plenty.filter((code) => code in SHORT_STOCK)).toEqual([]);
});

it('the first plan to try meets short stock in two lines only', async () => {
  const codes = (await linesOf(example('first-plan.csv'))).map((line) => line.areaCode);
  expect(codes.filter((code) => code !== null && code in SHORT_STOCK)).toEqual(['907', '808']);
});
