import { expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { nextBooked, numbersIn, order, urlOf } from './asking.ts';

it('answers what is in flight before it closes, even a slow one', async () => {
  const sandbox = await openSandbox({ latencyMs: 50 });
  const booked = nextBooked(sandbox);
  sandbox.next('slow');
  const slow = order(sandbox, { search: '212', quantity: 2 });
  await booked;
  const [arrival] = await Promise.all([slow, sandbox.close()]);
  expect(arrival).toMatchObject({ status: 200, end: 'complete' });
  expect(numbersIn(arrival.body)).toHaveLength(2);
  expect(sandbox.books().requests[0]!.answered).toBe(true);
});

it('cuts what hangs, and closes', async () => {
  const sandbox = await openSandbox();
  const booked = nextBooked(sandbox);
  sandbox.next('hang');
  const hanging = order(sandbox, { search: '212' });
  await booked;
  await sandbox.close();
  expect(await hanging).toMatchObject({ status: undefined, end: 'cut' });
});

it('closes although a client keeps its connection alive, and closes once', async () => {
  const sandbox = await openSandbox();
  const url = urlOf(sandbox, { action: 'routing.numbers' });
  await (await fetch(url)).text();
  await Promise.all([sandbox.close(), sandbox.close()]);
  await expect(fetch(url)).rejects.toThrow();
});

it('outlives a client that hung up before the answer, with every fault that writes', async () => {
  // Longer than a busy machine takes to notice that the client is gone.
  const sandbox = await openSandbox({ latencyMs: 1_000 });
  for (const fault of ['ok', 'half_body', 'early_end', 'cut_after', 'html'] as const) {
    sandbox.next(fault);
    const giveUp = new AbortController();
    const booked = nextBooked(sandbox);
    const arrival = order(sandbox, { search: '212' }, giveUp.signal);
    await booked;
    giveUp.abort();
    expect((await arrival).end).toBe('cut');
  }
  // Its answer is due after all of theirs.
  const last = await order(sandbox, { search: '212' });
  expect(last).toMatchObject({ status: 200, end: 'complete' });
  const answered = sandbox.books().requests.map((request) => request.answered);
  expect(answered).toEqual([false, false, false, false, false, true]);
  await sandbox.close();
});
