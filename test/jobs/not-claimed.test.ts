import { afterEach, describe, expect, test } from 'vitest';
import type { steerPlan } from '../../src/ledger/index.ts';
import type { JobAnswer } from '../../src/queue/index.ts';
import type { Vendor } from '../../src/vendor/index.ts';
import { BY } from '../support/by.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { until } from '../support/until.ts';
import { openRig } from './rig.ts';

const rig = openRig();
/** Looked at again soon: a person may resume the account at any time. */
const PAUSED: JobAnswer = { next: 'rest', waitMs: 1_000 };

const DONE: JobAnswer = {
  next: 'done',
  words: 'not sent: the ledger has nothing to send for it now',
};

describe('nothing is sent for', () => {
  afterEach(() => expect(rig.arrivals()).toEqual([]));

  const steered = (...moves: Parameters<typeof steerPlan>[2][]) => ({
    start: false,
    prepare: async ({ id }: SmallPlan) => {
      for (const move of moves) await rig.steerPlan(id, move, BY);
    },
  });

  const changed = (text: string, ...values: unknown[]) => ({
    start: true,
    prepare: async ({ account, orders }: SmallPlan) => {
      const id = text.includes('ledger.accounts') ? account.id : orders[0];
      await rig.sql(text, [id, ...values]);
    },
  });

  const inAnHour = `= clock_timestamp() + interval '1 hour' where id = $1`;

  test.each([
    { what: 'an order of a plan that is ready', ...steered(), says: DONE },
    { what: 'an order of a paused plan', ...steered('start', 'pause'), says: DONE },
    { what: 'an order of a cancelled plan', ...steered('start', 'cancel'), says: DONE },
    {
      what: 'a cancelled order',
      ...changed(`update ledger.orders set state = 'cancelled' where id = $1`),
      says: DONE,
    },
    {
      what: 'an order of a paused account',
      ...changed('update ledger.accounts set paused_reason = $2 where id = $1', 'a typo'),
      says: PAUSED,
    },
    {
      what: 'an order of an account that rests for an hour',
      ...changed(`update ledger.accounts set resume_at ${inAnHour}`),
      says: PAUSED,
    },
    {
      what: 'an order of an account that rests for a moment',
      ...changed(
        `update ledger.accounts set resume_at = clock_timestamp() + interval '900 ms'
          where id = $1`,
      ),
      says: { next: 'rest', waitMs: expect.toSatisfy((ms) => ms > 0 && ms <= 900) },
    },
    {
      what: 'an order that is not due',
      ...changed(
        `update ledger.orders set not_before = clock_timestamp() + interval '50 s' where id = $1`,
      ),
      says: { next: 'later', waitMs: expect.toSatisfy((ms) => ms > 30_000 && ms <= 50_000) },
    },
  ])('$what', async ({ start, prepare, says }) => {
    const plan = await rig.newPlan({ started: start });
    const id = plan.orders[0]!;
    await prepare(plan);
    const before = await rig.orderRow(id);
    expect(await rig.place(plan, id)).toEqual(says);
    expect(await rig.orderRow(id)).toEqual(before);
    expect(await rig.attemptsOf(id)).toEqual([]);
  });

  test('an order that another worker is sending', async () => {
    const plan = await rig.newPlan();
    await rig.claimOne(plan, undefined, { worker: 'worker 2' });
    expect(await rig.place(plan, plan.orders[0]!)).toEqual(DONE);
    expect(await rig.orderRow(plan.orders[0]!)).toMatchObject({ state: 'sending' });
  });

  test('an order that does not exist', async () => {
    expect(await rig.place(await rig.newPlan(), 1)).toEqual(DONE);
  });
});

test('an order of another account is left to its own workers', async () => {
  const [mine, other] = [await rig.newPlan(), await rig.newPlan()];
  rig.arrivals();
  expect(await rig.place(mine, other.orders[0]!)).toEqual(DONE);
  expect(rig.arrivals()).toEqual([]);
  expect(await rig.orderRow(other.orders[0]!)).toMatchObject({ state: 'waiting' });
});

test('of many deliveries of one order at the same time, one sends it', async () => {
  const { plan, id } = await rig.newOrder();
  rig.arrivals();
  const answers = await Promise.all(Array.from({ length: 20 }, () => rig.place(plan, id)));
  expect(answers.filter((a) => 'words' in a && a.words.startsWith('filled'))).toHaveLength(1);
  expect(rig.arrivals()).toHaveLength(1);
  expect(await rig.attemptsOf(id)).toHaveLength(1);
});

describe('a vendor that asks for a pause', () => {
  const throttling = (retryAfterMs: number): Pick<Vendor, 'account' | 'order'> => ({
    account: () => null,
    order: async () => ({
      outcome: 'throttled',
      numbers: [],
      status: 429,
      what: 'not now',
      body: null,
      retryAfterMs,
    }),
  });

  test('gets it from the whole account, for as long as it said, and it costs no try', async () => {
    const plan = await rig.newPlan({ lines: [line({ line: 2 }), line({ line: 3 })] });
    const [first, second] = plan.orders as [number, number];
    const vendor = throttling(600_000);
    const before = Date.now();
    expect(await rig.place(plan, first, { vendor })).toEqual(PAUSED);
    expect(await rig.orderRow(first)).toMatchObject({ state: 'waiting', connectFailures: 0 });
    expect(await rig.attemptsOf(first)).toMatchObject([{ outcome: 'throttled', status: 429 }]);
    const { pausedReason, resumeAt } = await rig.findAccount(plan.account.name);
    expect(pausedReason).toBeNull();
    expect(resumeAt!.getTime()).toBeGreaterThanOrEqual(before + 600_000);

    rig.arrivals();
    for (const id of plan.orders) expect(await rig.place(plan, id)).toEqual(PAUSED);
    expect(rig.arrivals()).toEqual([]);
    expect(await rig.attemptsOf(second)).toEqual([]);
  });

  test('gets the order when the time is over, not before', async () => {
    const { plan, id } = await rig.newOrder();
    rig.arrivals();
    // With Retry-After: 1.
    rig.sandbox.next('throttle');
    expect(await rig.place(plan, id)).toMatchObject({ next: 'rest' });
    const { resumeAt } = await rig.findAccount(plan.account.name);
    await until(async () => (await rig.place(plan, id)).next === 'done', { what: 'it is sent' });
    const [refused, sent, ...more] = rig.arrivals();
    expect(more).toEqual([]);
    expect(resumeAt!.getTime()).toBeGreaterThanOrEqual(refused!.at + 1_000);
    expect(sent!.at).toBeGreaterThanOrEqual(resumeAt!.getTime());
    expect(await rig.orderRow(id)).toMatchObject({ state: 'filled', attempts: 2 });
  });
});

test('an account resumed after its keys were refused sends the refused order', async () => {
  const { plan, id } = await rig.newOrder();
  rig.sandbox.next('bad_keys');
  await rig.place(plan, id);
  rig.arrivals();
  expect(await rig.place(plan, id)).toEqual({ next: 'rest', waitMs: 1_000 });
  expect(rig.arrivals()).toEqual([]);
  await rig.changeAccount(plan.account.name, { resume: true }, BY);
  expect(await rig.place(plan, id)).toMatchObject({ next: 'done' });
  expect(rig.arrivals()).toMatchObject([{ sold: expect.objectContaining({ length: 10 }) }]);
  expect(await rig.orderRow(id)).toMatchObject({ state: 'filled', attempts: 2 });
});
