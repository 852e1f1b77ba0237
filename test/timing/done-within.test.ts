import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { doneWithin } from '../../src/timing/index.ts';

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('work that nobody could hear of, because the process stood still, is in time', async () => {
  // Reading needs several turns of the event loop.
  const isInTime = doneWithin(1_000, readFile(import.meta.filename));
  standStill(1_500);
  expect(await isInTime).toBe(true);
});

test('work that takes too long is told so, and goes on', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  expect(await doneWithin(5, promise)).toBe(false);
  resolve('done');
  expect(await promise).toBe('done');
});

test('work that fails in time rejects', async () => {
  await expect(doneWithin(5_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
