import { expect, test } from 'vitest';
import { until } from './until.ts';

test('what has come true is returned', async () => {
  let asked = 0;
  const third = until(() => (++asked >= 3 ? { asked } : undefined), { what: 'asked three times' });
  expect(await third).toEqual({ asked: 3 });
});

test('what does not come true in time fails with a sentence and the last answer', async () => {
  const never = until(() => 0, { what: 'pigs fly', withinMs: 50 });
  await expect(never).rejects.toThrow('Waited 0.05 s in vain until pigs fly. Last answer: 0.');
});

test('an error means not yet, and is the cause when time runs out', async () => {
  let asked = 0;
  const condition = () => {
    if (++asked < 3) throw new Error('refused');
    return true;
  };
  expect(await until(condition, { what: 'it answers' })).toBe(true);
  const fault = new Error('refused');
  const never = until(() => Promise.reject(fault), { what: 'it answers', withinMs: 50 });
  await expect(never).rejects.toMatchObject({
    message: 'Waited 0.05 s in vain until it answers. Last answer: Error: refused.',
    cause: fault,
  });
});

test('a condition that hangs does not hang the test', async () => {
  const never = until(() => new Promise(() => {}), { what: 'it answers', withinMs: 50 });
  await expect(never).rejects.toThrow('Last answer: no answer yet.');
});
