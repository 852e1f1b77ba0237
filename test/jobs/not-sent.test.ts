import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { MAX_CONNECT_FAILURES, retryDelay } from '../../jobs/record-answer.ts';
import type { Vendor } from '../../src/vendor/index.ts';
import { freePort } from '../support/free-port.ts';
import { openRig, vendorAt } from './rig.ts';

const rig = openRig();

describe('the delay before another try', () => {
  const SECONDS = [1, 2, 4, 8, 16, 32, 60, 60];

  test.each(SECONDS.map((s, tries) => ({ tries, s })))(
    'after $tries tries in vain is below $s s',
    ({ tries, s }) => {
      expect(retryDelay(tries, () => 0)).toBe(0);
      expect(retryDelay(tries, () => 0.5)).toBe(s * 500);
      expect(retryDelay(tries, () => 1 - Number.EPSILON)).toBe(s * 1_000 - 1);
    },
  );

  test('is a whole number of ms, of a minute at most, however many tries there were', () => {
    const tries = fc.nat({ max: 2_000 });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(tries, chance, (n, random) => {
        const delay = retryDelay(n, () => random);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(60_000);
      }),
    );
  });
});

test('an order is not sent to another account than it was claimed for', async () => {
  const plan = await rig.newPlan();
  rig.arrivals();
  // New keys are handed over between the claim and the sending.
  const account = vi.fn(() => 2).mockReturnValueOnce(1);
  await rig.place(plan, plan.orders[0]!, { vendor: { ...rig.vendor, account } });
  expect(rig.arrivals()).toEqual([]);
  expect(await rig.attemptsOf(plan.orders[0]!)).toMatchObject([{ outcome: 'not_sent' }]);
});

describe('while nothing listens at the vendor’s address', () => {
  test('an order waits for its next try, and the try is counted', async () => {
    const { plan, id } = await rig.newOrder();
    const vendor = vendorAt(`http://127.0.0.1:${await freePort()}`);
    const wishes = { vendor, random: () => 0.5 };
    expect(await rig.place(plan, id, wishes)).toEqual({ next: 'later', waitMs: 500 });
    expect(await rig.orderRow(id)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      connectFailures: 1,
      bought: 0,
    });
    expect(await rig.attemptsOf(id)).toMatchObject([{ outcome: 'not_sent', status: null }]);
  });

  test('an order drops its turn, and its try ends, also after one that was too late', async () => {
    const plan = await rig.newPlan();
    const dead = vendorAt(`http://127.0.0.1:${await freePort()}`);
    const did: string[] = [];
    const turn = async () => ({
      moment: async () => {},
      isInTime: () => did.push('late') === 0,
      giveBack: () => void did.push('given back'),
      drop: () => void did.push('dropped'),
    });
    const pace = { turn, isClosed: () => false };
    const order: Vendor['order'] = (request, gate) =>
      (did.length === 0 ? rig.vendor : dead).order(request, gate);
    await rig.place(plan, plan.orders[0]!, { vendor: { ...rig.vendor, order }, pace });
    expect(did).toEqual(['late', 'dropped']);
    expect(rig.arrivals()).toEqual([]);
  });

  test(`an order is undelivered after ${MAX_CONNECT_FAILURES} tries, which are all`, async () => {
    const { plan, id } = await rig.newOrder();
    const vendor = vendorAt(`http://127.0.0.1:${await freePort()}`);
    for (let tries = 1; tries < MAX_CONNECT_FAILURES; tries++) {
      expect(await rig.place(plan, id, { vendor })).toEqual({ next: 'later', waitMs: 0 });
      expect(await rig.orderRow(id)).toMatchObject({ state: 'waiting', connectFailures: tries });
    }
    const last = { next: 'done', words: expect.stringMatching(/^undelivered: Nothing was sent/) };
    expect(await rig.place(plan, id, { vendor })).toEqual(last);
    expect(await rig.orderRow(id)).toMatchObject({ state: 'undelivered', connectFailures: 8 });
    expect(await rig.attemptsOf(id)).toHaveLength(8);
    expect(await rig.findPlan(plan.id)).toMatchObject({ undelivered: 10, pending: 0 });

    rig.arrivals();
    expect(await rig.place(plan, id)).toMatchObject({ next: 'done' });
    expect(rig.arrivals()).toEqual([]);
    expect(await rig.breachesOf(plan.id)).toEqual([]);
  });

  test('only tries in a row count: any answer in between resets them', async () => {
    const { plan, id } = await rig.newOrder();
    const vendor = vendorAt(`http://127.0.0.1:${await freePort()}`);
    for (let tries = 1; tries < MAX_CONNECT_FAILURES; tries++)
      await rig.place(plan, id, { vendor });
    expect(await rig.orderRow(id)).toMatchObject({ connectFailures: 7 });
    rig.sandbox.next('bad_keys');
    expect(await rig.place(plan, id)).toMatchObject({ next: 'rest' });
    expect(await rig.orderRow(id)).toMatchObject({ state: 'waiting', connectFailures: 0 });
  });
});

describe('a process that sleeps', () => {
  const WITHIN_MS = 15_000;

  /** A clock that shows 0 while the order is claimed and at `then` when it could be sent. */
  const clock = (then: number) => {
    const times = [0];
    return () => times.shift() ?? then;
  };

  test.each([
    ['a clock that only goes forward', 'now'],
    ['the clock on the wall, which goes on while the machine is suspended', 'date'],
  ] as const)(
    'past its moment to begin by %s sends nothing, and the try is counted',
    async (_, by) => {
      const { plan, id } = await rig.newOrder();
      rig.arrivals();
      expect(await rig.place(plan, id, { [by]: clock(WITHIN_MS) })).toEqual({
        next: 'later',
        waitMs: 0,
      });
      expect(rig.arrivals()).toEqual([]);
      expect(await rig.orderRow(id)).toMatchObject({ state: 'waiting', connectFailures: 1 });
      expect(await rig.attemptsOf(id)).toMatchObject([{ outcome: 'not_sent', status: null }]);
    },
  );

  test('for less than that sends', async () => {
    const { plan, id } = await rig.newOrder();
    rig.arrivals();
    expect(
      await rig.place(plan, id, { now: clock(WITHIN_MS - 1), date: clock(WITHIN_MS - 1) }),
    ).toMatchObject({ next: 'done' });
    expect(rig.arrivals()).toHaveLength(1);
    expect(await rig.orderRow(id)).toMatchObject({ state: 'filled', connectFailures: 0 });
  });

  test('may sleep longer than it may still send before its order counts as unknown', async () => {
    const { plan, id } = await rig.newOrder();
    await rig.place(plan, id, { requestTimeoutMs: 90_000 });
    const [row] = await rig.ledger.query<{ seconds: number }>(
      `select ((t.deadline_tick - a.ticks) / 1000)::int as seconds
       from ledger.attempts t join ledger.orders o on o.id = t.order_id
         join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
       where t.order_id = $1`,
      [id],
    );
    // Time to begin, then the request's own time, then time to record what came back.
    expect(row).toEqual({ seconds: 15 + 90 + 15 });
  });
});
