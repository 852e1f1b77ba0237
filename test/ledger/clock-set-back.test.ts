import { afterEach, expect, test } from 'vitest';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { dailyLimit, linesOf } from '../support/plans.ts';
import { answerTo } from '../support/sending.ts';

/** How far a clock may be set back. */
const BACK = ['-5 minutes', '-1 hour'];

describeOnALedger('when the clock of the database is set back,', (given) => {
  afterEach(() => given.setClock('0'));

  test.each(BACK)('by %s, an order that was to be tried again is due', async (back) => {
    const plan = await given.newPlan();
    const [id] = plan.orders;
    await given.sendOne(plan, 'not_sent', { waitMs: 60_000 });
    expect(await given.claim(plan)).toEqual([]);
    await given.setClock(back);
    expect(await given.waitingOrders({ id: plan.id, orders: 9 }, 0, 9)).toMatchObject([
      { id, waitMs: 0 },
    ]);
    expect(await given.claim(plan)).toHaveLength(1);
  });

  test.each(BACK)('by %s, a rest that the vendor asked for is over', async (back) => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    await given.sendOne(plan, 'throttled', { retryAfterMs: 120_000 });
    const rest = async () => (await given.findAccount(plan.account.name)).resumeAt;
    expect(await given.whyNotClaimed(plan.orders[1]!, plan.account.id)).toMatchObject({
      why: 'resting',
    });
    expect(await rest()).not.toBeNull();
    await given.setClock(back);
    expect(await rest()).toBeNull();
    const [again] = await given.claim(plan, [plan.orders[1]!]);
    // The next one lasts as long as it asks for, and not as long as the one before seems to.
    await given.record(plan, answerTo(again!, 'throttled', { retryAfterMs: 5_000 }));
    const { waitMs } = (await given.whyNotClaimed(plan.orders[0]!, plan.account.id)) as {
      waitMs: number;
    };
    expect(waitMs).toBeLessThanOrEqual(5_000);
  });

  test.each(BACK)('by %s, a line that a person has closed is not tried again', async (back) => {
    const plan = await given.ladderPlan({ steps: [], keepTrying: '3d', quantities: [10, 10] });
    const [closed, other] = await given.sendWaiting(plan);
    await given.closeLines(plan.id, closed!.line, { who: 'Ada' });
    await given.setClock(back);
    await given.record(plan, answerTo(closed!, 'short'), answerTo(other!, 'short'));
    await given.goOn(plan);
    await given.makeDue(plan);
    const text = 'select asked_line from ledger.lines where plan_id = $1 and line < 0';
    expect(await given.sql(text, [plan.id])).toEqual([{ asked_line: other!.line }]);
    expect(await given.findPlan(plan.id)).toMatchObject({ pending: 10, short: 10 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('a line is tried again whose next try had got far off', async () => {
    const plan = await given.ladderPlan({ steps: [], keepTrying: '30d', quantities: [10] });
    await given.sellEach(plan, 0);
    await given.setClock('10 days');
    await given.goOn(plan);
    await given.sellEach(plan, 0);
    await given.setClock('0');
    await given.goOn(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ pending: 10 });
  });

  test('a rest goes on that is no longer away than was asked for', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    await given.sendOne(plan, 'throttled', { retryAfterMs: 3_600_000 });
    await given.setClock('30 minutes');
    expect(await given.claim(plan)).toEqual([]);
    await given.setClock('25 minutes');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('a rest until the next day ends with the day that it is now', async () => {
    const plan = await given.newPlan({ lines: linesOf(25, 25) });
    const { account } = plan;
    await given.changeAccount(account.name, { limits: [dailyLimit(25)] }, { who: 'Ada' });
    const first = await given.claimAsJob(plan, 0);
    await given.record(plan, answerTo(first!, 'filled'));
    expect(await given.claimAsJob(plan, 1)).toBeUndefined();
    const rest = async () => (await given.findAccount(account.name)).resumeAt?.getTime();
    const before = (await rest())!;
    await given.setClock('-2 days');
    expect(await rest()).toBeUndefined();
    // It was sold in what is now the future, and still nothing is left of today's limit.
    expect(await given.claimAsJob(plan, 1)).toBeUndefined();
    expect(await rest()).toBe(before - 2 * 86_400_000);
  });

  test('no list is asked for before a request has had its whole time by watched time', async () => {
    const plan = await given.newPlan();
    const order = await given.claimOne(plan);
    await given.sql(
      `with o as (update ledger.orders set state = 'unknown' where id = $1)
       update ledger.attempts set outcome = 'unknown' where order_id = $1`,
      [order.id],
    );
    await given.setClock('1 hour');
    await given.readList(plan.account, []);
    const may = () => given.takeReconcileRight(plan.account.id, 1_000);
    expect(await may()).toBe(false);
    await given.passTime(plan.account, 60_999);
    expect(await may()).toBe(false);
    await given.passTime(plan.account, 1);
    expect(await may()).toBe(true);
  });

  test('a notice that was put off is told', async () => {
    const plan = await given.newPlan();
    await given.sendOne(plan, 'unknown');
    await given.fillOutbox();
    const { id } = (await given.takeMessage())!;
    // Those of the other tests.
    while (await given.takeMessage());
    await given.postponeMessage(id, 900_000);
    expect(await given.takeMessage()).toBeUndefined();
    await given.setClock('-1 hour');
    expect(await given.takeMessage()).toMatchObject({ id });
  });
});
