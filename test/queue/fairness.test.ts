import { expect, test } from 'vitest';
import { planOf } from '../../src/ledger/index.ts';
import { fillQueue, setLimit } from '../../src/queue/index.ts';
import { linesOf, newPlan } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { describeInModes, POSTGRES, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openQueues, type Queues, type TestQueue } from './queues.ts';

describeInModes([POSTGRES], 'plans', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('take turns, whether they are huge or small, first or later', () => takeTurns(given, 100));
});

describeInModes([POSTGRES_AND_REDIS], 'plans', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('take turns, whether they are huge or small, first or later', () => takeTurns(given, 400));
});

/** Plan a is half done when b, half as big, and c, which is small, join it. */
async function takeTurns(given: Queues, orders: number): Promise<void> {
  const to = await given.queue();
  await setLimit(to.queue, 1_000);
  const a = await submit(given, to, orders);
  expect((await next(given, to, orders / 2))(a)).toBe(orders / 2);

  const b = await submit(given, to, orders / 2);
  const c = await submit(given, to, orders / 4);
  const third = orders / 5;
  const shared = await next(given, to, third * 3);
  for (const plan of [a, b, c]) {
    expect(shared(plan), `of plan ${plan}`).toBeGreaterThanOrEqual(third * 0.9);
    expect(shared(plan), `of plan ${plan}`).toBeLessThanOrEqual(third * 1.1);
  }

  // The small one comes to its end while the others are far from theirs.
  const rest = orders / 4 - shared(c);
  const end = await next(given, to, rest * 3 + 3);
  expect(end(c)).toBe(rest);
  expect(end(a) + shared(a)).toBeLessThan(orders / 2);
  expect(end(b) + shared(b)).toBeLessThan(orders / 2);
}

async function submit({ ledger }: Queues, { queue, account }: TestQueue, orders: number) {
  const lines = linesOf(...Array<number>(orders).fill(1));
  const { id } = await newPlan(ledger, { account, lines });
  await fillQueue(queue, ledger, account.id);
  return id;
}

/** Buys a number of orders, one after the other; counts those of a plan. */
async function next({ ledger }: Queues, { queue, account, work }: TestQueue, count: number) {
  const { promise: isEnough, resolve: enough } = Promise.withResolvers<Promise<void>>();
  let left = count;
  const deliveries = work(
    async (order) => {
      await sendOne(ledger, { id: planOf(order), account, orders: [order] }, 'filled');
      left -= 1;
      // The worker is not given another one before this one is done with.
      if (left === 0) enough(deliveries.drain());
      return { next: 'done', words: '' };
    },
    { concurrency: 1 },
  );
  await isEnough;
  expect(deliveries).toHaveLength(count);
  await until(() => queue.queue.getActiveCount().then((n) => n === 0), { what: 'none is in hand' });
  const plans = deliveries.map(({ order }) => planOf(order));
  return (plan: number) => plans.filter((each) => each === plan).length;
}
