import { describe, expect, test } from 'vitest';
import type { ClaimedOrder, steerPlan } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { line, linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, type sendOne } from '../../support/sending.ts';

const PAUSED = 'update ledger.accounts set paused_reason = $2 where id = $1';
const RESTING = `update ledger.accounts set resume_at = clock_timestamp() + $2::interval where
  id = $1`;
const NOT_BEFORE = `update ledger.orders set not_before = clock_timestamp() + $2::interval
  where id = $1`;

describeOnBothDrivers('claiming', (given) => {
  const expectNothing = async (plan: SmallPlan, why: object) => {
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.whyNotClaimed(plan.orders[0]!, plan.account.id)).toEqual(why);
  };

  describe('an order that may be sent', () => {
    test('gives everything that is needed to send it', async () => {
      const flags = {
        cleansedOnly: false,
        smsSupported: true,
        orderSlot: false,
        allowOverlay: true,
      };
      const wanted = {
        areaCode: '312555',
        type: 'canadian_local',
        quantity: 7,
        distance: 20,
      } as const;
      const full = { ...flags, ...wanted, fillQuantity: true };
      const plan = await given.newPlan({ lines: [line({ line: 5, ...full })] });
      expect(await given.claim(plan)).toEqual([
        {
          id: plan.orders[0],
          planId: plan.id,
          line: 5,
          attempt: 1,
          connectFailures: 0,
          vendorAccount: null,
          traceparent: null,
          nonce: expect.any(Number),
          planKey: expect.stringMatching(/^[0-9a-f]{64}:0:\d+$/),
          ...full,
        },
      ]);
    });

    test('writes its attempt down in the same statement', async () => {
      const plan = await given.newPlan();
      const { id } = await given.claimOne(plan, undefined, {
        deadlineMs: 90_000,
        worker: 'worker 7',
      });
      expect(await given.orderRow(id)).toMatchObject({ state: 'sending', attempts: 1 });
      const attempts = await given.sql(
        `select t.no, t.worker, t.outcome, t.answered_at,
           ((t.deadline_tick - a.ticks) / 1000)::int as seconds
         from ledger.attempts t join ledger.orders o on o.id = t.order_id
           join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
         where t.order_id = $1`,
        [id],
      );
      const [attempt] = attempts;
      expect(attempts).toHaveLength(1);
      expect(attempt).toEqual({
        no: 1,
        worker: 'worker 7',
        outcome: null,
        answered_at: null,
        seconds: 90,
      });
    });

    test('leaves no trace when the attempt cannot be written down', async () => {
      const plan = await given.newPlan();
      const [id] = plan.orders;
      // Two make a law broken: the order waits, and yet something of it is in flight.
      await given.sql(
        `insert into ledger.attempts (order_id, no, worker, nonce) values ($1, 9, 'w', 1)`,
        [id],
      );
      await expect(given.claim(plan)).rejects.toMatchObject({ constraint: 'attempts_never_twice' });
      expect(await given.orderRow(id!)).toMatchObject({ state: 'waiting', attempts: 0 });
    });

    test('happens once', async () => {
      const plan = await given.newPlan({ lines: linesOf(50) });
      expect(await given.claim(plan)).toHaveLength(2);
      await expectNothing(plan, { why: 'gone' });
    });

    test('counts its attempts and its failures to connect', async () => {
      const plan = await given.newPlan();
      const answers = ['not_sent', 'not_sent', 'throttled', 'not_sent'] as const;
      const counted: number[][] = [];
      for (const outcome of answers) {
        await given.sql(RESTING, [plan.account.id, '-1 s']);
        const order = await given.claimOne(plan);
        counted.push([order.attempt, order.connectFailures]);
        await given.record(plan, answerTo(order, outcome));
      }
      expect(counted).toEqual([
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 0],
      ]);
    });
  });

  describe('gives nothing', () => {
    const gone = { why: 'gone' };
    const waiting = (why: string, fromMs: number, toMs: number) => ({
      why,
      waitMs: expect.toSatisfy((ms: number) => ms >= fromMs && ms <= toMs && Number.isInteger(ms)),
    });

    const steered =
      (...moves: Parameters<typeof steerPlan>[2][]) =>
      async (plan: SmallPlan) => {
        for (const move of moves) await given.steerPlan(plan.id, move, BY);
      };
    const by = (statement: string, value: string) => async (plan: SmallPlan) => {
      const id = statement === NOT_BEFORE ? plan.orders[0] : plan.account.id;
      await given.sql(statement, [id, value]);
    };
    const answered = (outcome: Parameters<typeof sendOne>[2]) => (plan: SmallPlan) =>
      given.sendOne(plan, outcome);
    const both =
      (...deeds: ReturnType<typeof by>[]) =>
      async (plan: SmallPlan) => {
        for (const deed of deeds) await deed(plan);
      };

    test.each([
      ['of a plan that is not started', steered(), gone],
      ['of a paused plan', steered('start', 'pause'), gone],
      ['of a cancelled plan', steered('start', 'cancel'), gone],
    ])('%s', async (_, prepare, why) => {
      const plan = await given.newPlan({ started: false });
      await prepare(plan);
      await expectNothing(plan, why);
    });

    test.each([
      ['of a paused account', by(PAUSED, 'a pause'), waiting('resting', 1_000, 1_000)],
      ['of a resting account', by(RESTING, '9.5 s'), waiting('resting', 8_000, 9_500)],
      ['that is not due', by(NOT_BEFORE, '9.5 s'), waiting('later', 8_000, 9_500)],
      ['that is filled', answered('filled'), gone],
      ['that is short', answered('short'), gone],
      ['that is refused', answered('refused'), gone],
      ['that is unknown', answered('unknown'), gone],
      [
        'of an account that is paused and resting',
        both(by(PAUSED, 'a pause'), by(RESTING, '9 s')),
        waiting('resting', 1_000, 1_000),
      ],
      [
        'that is not due, of a resting account',
        both(by(NOT_BEFORE, '9 s'), by(RESTING, '5 s')),
        waiting('resting', 4_000, 5_000),
      ],
    ])('%s', async (_, prepare, why) => {
      const plan = await given.newPlan();
      await prepare(plan);
      await expectNothing(plan, why);
    });

    test('for another account, or for an order that there is not', async () => {
      const mine = await given.newPlan();
      const other = await given.newPlan();
      expect(await given.claim(other, mine.orders)).toEqual([]);
      expect(await given.claim(mine, [3])).toEqual([]);
      expect(await given.whyNotClaimed(3, 1)).toEqual(gone);
    });
  });

  test.each([
    ['the vendor’s rest is over', RESTING],
    ['the order is due', NOT_BEFORE],
  ])('goes on when %s', async (_, statement) => {
    const plan = await given.newPlan();
    const id = statement === NOT_BEFORE ? plan.orders[0] : plan.account.id;
    await given.enter(plan.orders);
    await given.sql(statement, [id, '0 s']);
    // The job may look between the two: then it comes back at once.
    expect(await given.whyNotClaimed(plan.orders[0]!, plan.account.id)).toEqual({
      why: 'later',
      waitMs: 1,
    });
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('waits until the order is let into the queue, whatever jobs there are', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    const [first] = plan.orders as [number];
    const claimed = async (id: number) => {
      const claimant = { accountId: plan.account.id, worker: 'worker 1', deadlineMs: 60_000 };
      const orders = await given.claimOrders([id], claimant);
      return orders[0] ?? given.whyNotClaimed(id, plan.account.id);
    };
    expect(await claimed(first)).toEqual({ why: 'later', waitMs: 1_000 });
    await given.letIn(plan.id, 1);
    const order = (await claimed(first)) as ClaimedOrder;
    await given.record(plan, answerTo(order, 'short'));
    await given.goOn(plan);
    expect(await claimed(first + 1)).toEqual({ why: 'later', waitMs: 1_000 });
    await given.noteSuccessors([first + 1], true);
    expect(await claimed(first + 1)).toMatchObject({ areaCode: '332' });
  });

  test('goes on when the plan and the account are resumed', async () => {
    const plan = await given.newPlan();
    await given.steerPlan(plan.id, 'pause', BY);
    await given.changeAccount(plan.account.name, { pause: 'lunch' }, BY);
    await given.sql(RESTING, [plan.account.id, '1 hour']);
    await given.steerPlan(plan.id, 'resume', BY);
    expect(await given.claim(plan)).toEqual([]);
    await given.changeAccount(plan.account.name, { resume: true }, BY);
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test('takes of a batch what may be sent, and leaves the rest', async () => {
    const plan = await given.newPlan({ lines: linesOf(100) });
    const paused = await given.newPlan({ account: plan.account });
    await given.steerPlan(paused.id, 'pause', BY);
    const [first, second, third, fourth] = plan.orders as [number, number, number, number];
    await given.claimOne(plan, second);
    await given.sql(NOT_BEFORE, [third, '50 s']);
    await given.enter(paused.orders);
    const claimed = await given.claimOrders([...plan.orders, ...paused.orders], {
      accountId: plan.account.id,
      worker: 'w',
      deadlineMs: 1000,
    });
    expect(claimed.map((order) => order.id)).toEqual([first, fourth]);
  });
});
