import { describe, expect, test } from 'vitest';
import {
  cancelWaiting,
  changeAccount,
  endPlans,
  expireAttempts,
  type Ledger,
  retryPlan,
  settleOrder,
  steerPlan,
  submitPlan,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { describeOnPostgres } from '../support/ledger-drivers.ts';
import { checkOf, dailyLimit, inBatches, linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, record } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { handlesOn, heldUp, untilWaiting } from './held-up.ts';

/** What a person does while orders are being claimed. */
const STOPS: [string, (ledger: Ledger, plan: SmallPlan) => Promise<unknown>][] = [
  ['the account is paused', (ledger, { account }) => changeAccount(ledger, account.name, STOP, BY)],
  ['the plan is paused', (ledger, { id }) => steerPlan(ledger, id, 'pause', BY)],
  ['the plan is cancelled', (ledger, { id }) => steerPlan(ledger, id, 'cancel', BY)],
];
const STOP = { pause: 'stop' };

const ones = (count: number) => linesOf(...Array(count).fill(1));

describeOnPostgres('several handles at once', (given) => {
  const handles = handlesOn(given);

  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  describe('taking back a settlement', () => {
    /** Settled as nothing before its worker has been heard. */
    const settledPlan = async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await given.settleOrder(order.id, NOTHING, BY, ANYHOW);
      return { plan, order, lock: `select from ledger.orders where id = ${order.id} for update` };
    };
    const undo = (plan: SmallPlan) =>
      unsettleOrder(handles[1]!, plan.orders[0]!, BY).catch(({ code }) => code);

    test('comes too late when the order is claimed at the same moment', async () => {
      const { plan } = await settledPlan();
      let undone: Promise<unknown> | undefined;
      const claimed = await handles[0]!.transaction(async (tx) => {
        const orders = await claim({ ...given.ledger, ...tx }, plan);
        undone = undo(plan);
        await untilWaiting(given.ledger, 1);
        return orders;
      });
      expect([claimed, await undone]).toMatchObject([[{ attempt: 2 }], 'wrong_state']);
      expect(await breaches(plan)).toEqual([]);
    });

    test('is in time when the order would be claimed after it', async () => {
      const { plan, lock } = await settledPlan();
      let undone: Promise<unknown> | undefined;
      await handles[0]!.transaction(async (tx) => {
        await tx.script(lock);
        undone = undo(plan);
        await untilWaiting(given.ledger, 1);
        expect(await claim(handles[2]!, plan)).toEqual([]);
      });
      expect(await undone).toMatchObject({ state: 'unknown' });
      expect(await claim(handles[2]!, plan)).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    });

    test('leaves what the vendor answers at the same moment', async () => {
      const { plan, order, lock } = await settledPlan();
      const both = await heldUp<unknown>(given, lock, [
        () => record(handles[0]!, plan, answerTo(order, 'filled')),
        () => undo(plan),
      ]);
      expect(both).toEqual([[expect.objectContaining({ state: 'filled' })], 'wrong_state']);
      expect(await given.orderRow(order.id)).toMatchObject({ state: 'filled', bought: 10 });
    });
  });

  describe('cancelling', () => {
    test('is done together, and each order counts once', async () => {
      const plan = await given.newPlan({ lines: linesOf(62_500) });
      await given.steerPlan(plan.id, 'cancel', BY);
      const cancelled = await Promise.all(handles.map((ledger) => cancelWaiting(ledger, plan.id)));
      expect(cancelled.reduce((sum, n) => sum + n)).toBe(2_500);
      expect(await given.findPlan(plan.id)).toMatchObject({ cancelled: 62_500, pending: 0 });
      expect(await breaches(plan)).toEqual([]);
    });

    test('waits for no order that another is at, and takes it the next time', async () => {
      const plan = await given.newPlan({ lines: ones(4) });
      await given.steerPlan(plan.id, 'cancel', BY);
      await handles[0]!.transaction(async (tx) => {
        await tx.script(`select from ledger.orders where id = ${plan.orders[1]} for update`);
        expect(await cancelWaiting(handles[1]!, plan.id)).toBe(3);
      });
      expect(await cancelWaiting(handles[1]!, plan.id)).toBe(1);
      expect(await breaches(plan)).toEqual([]);
    });
  });

  describe('claim', () => {
    test('each order once, in batches that overlap', async () => {
      const plan = await given.newPlan({ lines: ones(200) });
      const batchOf = (n: number) => plan.orders.filter((id) => id % 7 !== n && id % 3 !== n % 3);
      const rounds = await Promise.all(
        handles.flatMap((ledger, n) => [
          claim(ledger, plan, batchOf(n)),
          claim(ledger, plan, batchOf(n + 1)),
          claim(ledger, plan),
        ]),
      );
      const claimed = rounds.flat().map((order) => order.id);
      expect(claimed.toSorted((a, b) => a - b)).toEqual(plan.orders);
      expect(await breaches(plan)).toEqual([]);
    });

    test('no order that is held, and the others', async () => {
      const { another } = given;
      const plan = await given.newPlan({ lines: linesOf(1, 1, 1) });
      const claimed = await another().transaction(async (tx) => {
        await tx.script(`select from ledger.orders where id = ${plan.orders[0]} for update`);
        return given.claim(plan);
      });
      expect(claimed.map(({ id }) => id)).toEqual(plan.orders.slice(1));
      expect((await given.claim(plan)).map(({ id }) => id)).toEqual(plan.orders.slice(0, 1));
    });

    test.each(STOPS)('none once %s, having waited for the limits', async (_, stop) => {
      const { ledger, another } = given;
      const plan = await given.newPlan({ lines: linesOf(1, 1, 1) });
      await given.changeAccount(plan.account.name, { limits: [dailyLimit(25)] }, BY);
      let claiming: ReturnType<typeof claim> = Promise.resolve([]);
      await another().transaction(async (tx) => {
        await tx.script(`select ledger.lock_limits(${plan.account.id}::smallint)`);
        claiming = claim(another(), plan);
        await untilWaiting(ledger, 1);
        await stop(ledger, plan);
      });
      expect(await claiming).toEqual([]);
    });
  });

  describe('expire', () => {
    /**
     * Two orders are past their deadline; `operation` is done while the first one's answer is
     * recorded.
     */
    const whileRecording = async (operation: (account: number) => Promise<unknown>) => {
      const plan = await given.newPlan({ lines: ones(2) });
      const orders = await given.claim(plan, plan.orders, { deadlineMs: -1 });
      const done = await given.another().transaction(async (tx) => {
        await tx.script(`select from ledger.orders where id = ${orders[0]!.id} for update`);
        return operation(plan.account.id);
      });
      return { done, orders };
    };

    test('what no worker is recording, without waiting for what a worker is', async () => {
      const waitsAtMost = given.another();
      const { done, orders } = await whileRecording((account) =>
        waitsAtMost.transaction(async (tx) => {
          await tx.script('set local lock_timeout = 1000');
          return expireAttempts({ ...waitsAtMost, ...tx }, account);
        }),
      );
      expect(done).toEqual([orders[1]!.id]);
    });
  });

  test('that retries a plan while another one cancels it is refused', async () => {
    const plan = await given.newPlan();
    const { order } = await given.sendOne(plan, 'refused');
    const [, retried] = await heldUp<unknown>(given, 'lock table ledger.events in share mode', [
      () => steerPlan(handles[0]!, plan.id, 'cancel', BY),
      () => retryPlan(handles[1]!, plan.id, BY).catch(({ code }) => code),
    ]);
    expect(retried).toBe('wrong_state');
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'refused' });
  });

  test('that buy what a plan lacked, by its remainder and by a retry, do so once', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 5) });
    await given.sendOne(plan, 'filled');
    await given.sendOne(plan, 'refused', {}, plan.orders[1]);
    await given.endPlans(plan.account.id);
    const lines = linesOf(5);
    const outcomes = await heldUp<string>(
      given,
      `select id from ledger.plans where id = ${plan.id} for no key update`,
      [
        () =>
          submitPlan(handles[0]!, {
            accountId: plan.account.id,
            name: 'remainder.csv',
            check: checkOf(lines),
            lines: () => inBatches(lines),
            again: false,
            remainderOf: plan.id,
            remainderEvents: 2,
            ...BY,
          }).then(
            () => 'submitted',
            (error) => error.code,
          ),
        () =>
          retryPlan(handles[1]!, plan.id, BY).then(
            (count) => `${count} tried again`,
            (error) => error.code,
          ),
      ],
    );
    expect(outcomes.filter((each) => each === 'wrong_state')).toHaveLength(1);
  });

  describe('end a plan', () => {
    /** Everything is done, in this state, and the plan has not been ended yet. */
    const donePlan = async (outcome: 'refused' | 'unknown') => {
      const plan = await given.newPlan();
      await given.sendOne(plan, outcome);
      return plan;
    };
    const claimable = async (plan: SmallPlan) => {
      expect(await given.findPlan(plan.id)).toMatchObject({ state: 'running', pending: 10 });
      expect(await given.claim(plan)).toHaveLength(1);
    };

    test.each([
      [
        'that is being retried, and it runs',
        'refused',
        ({ id }: SmallPlan) => retryPlan(handles[0]!, id, BY),
      ],
      [
        'with an order that is being settled as nothing, and it runs',
        'unknown',
        ({ orders }: SmallPlan) => settleOrder(handles[0]!, orders[0]!, NOTHING, BY, ANYHOW),
      ],
    ] as const)('%s', async (_, outcome, reopen) => {
      const plan = await donePlan(outcome);
      await heldUp<unknown>(given, 'lock table ledger.events in share mode', [
        () => reopen(plan),
        () => endPlans(handles[1]!, plan.account.id),
      ]);
      await claimable(plan);
    });

    test('whose last order learns late that it was not sent, and it runs', async () => {
      const plan = await given.newPlan();
      const order = await given.expireOne(plan);
      await heldUp<unknown>(given, 'lock table ledger.tallies in share mode', [
        () => record(handles[0]!, plan, answerTo(order, 'not_sent')),
        () => endPlans(handles[1]!, plan.account.id),
      ]);
      await claimable(plan);
    });
  });
});
