import { expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { openRateLimit } from '../../src/sandbox/rate-limit.ts';
import { ask, order } from './asking.ts';

it('admits its limit in any sliding second, and counts only those it admits', () => {
  const admits = openRateLimit(2);
  const arrivals: [atMs: number, admitted: boolean][] = [
    [0, true],
    [400, true],
    [999, false],
    [1000, true],
    [1001, false],
    [1399, false],
    [1400, true],
    [5000, true],
    [5000, true],
    [5000, false],
  ];
  expect(arrivals.map(([at]) => [at, admits(at)])).toEqual(arrivals);
});

it('answers 429 above its pace, sells nothing for it, and books it', async () => {
  let now = 1_000_000;
  await using sandbox = await openSandbox({ pace: 2, now: () => now });
  const statuses = [];
  for (const stepMs of [0, 0, 0, 999, 1]) {
    now += stepMs;
    statuses.push((await order(sandbox, { search: '212' })).status);
  }
  expect(statuses).toEqual([200, 200, 429, 429, 200]);
  const { sold, requests } = sandbox.books();
  expect(sold).toBe(3);
  expect(requests.map(({ at, fault }) => [at - 1_000_000, fault])).toEqual([
    [0, 'ok'],
    [0, 'ok'],
    [0, 'throttle'],
    [999, 'throttle'],
    [1000, 'ok'],
  ]);
});

it('counts no list, and uses up no fault for an order above the pace', async () => {
  await using sandbox = await openSandbox({ pace: 1, now: () => 0 });
  await order(sandbox, { search: '212' });
  sandbox.next('refuse');
  expect((await order(sandbox, { search: '212' })).status).toBe(429);
  expect((await ask(sandbox, { action: 'routing.numbers' })).status).toBe(200);
  expect(sandbox.books().requests.map(({ fault }) => fault)).toEqual(['ok', 'throttle']);
});

it.each([0, 1.5, -1, Number.NaN])('refuses a pace of %s', async (pace) => {
  await expect(openSandbox({ pace })).rejects.toThrow('The pace');
});
