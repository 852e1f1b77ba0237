import { afterEach, expect, test } from 'vitest';
import {
  changeAccount,
  closeLines,
  fillOutbox,
  findAccount,
  findPlan,
  postponeMessage,
  takeMessage,
  takeReconcileRight,
  waitingOrders,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import { goOn, ladderPlan, makeDue, sendWaiting } from '../support/ladder-plan.ts';
import { breachesOf, passTime, setClock, sql } from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newPlan } from '../support/plans.ts';
import {
  answerTo,
  claim,
  claimAsJob,
  claimOne,
  readList,
  record,
  sendOne,
} from '../support/sending.ts';

/** How far a clock may be set back. */
const BACK = ['-5 minutes', '-1 hour'];

describeOnBothDrivers('when the clock of the database is set back,', (given) => {
  afterEach(() => setClock(given.ledger, '0'));

  test.each(BACK)('by %s, an order that was to be tried again is due', async (back) => {
    const plan = await newPlan(given.ledger);
    const [id] = plan.orders;
    await sendOne(given.ledger, plan, 'not_sent', { waitMs: 60_000 });
    expect(await claim(given.ledger, plan)).toEqual([]);
    await setClock(given.ledger, back);
    expect(await waitingOrders(given.ledger, { id: plan.id, orders: 9 }, 0, 9)).toMatchObject([
      { id, waitMs: 0 },
    ]);
    expect(await claim(given.ledger, plan)).toHaveLength(1);
  });

  test.each(BACK)('by %s, a rest that the vendor asked for is over', async (back) => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 10) });
    await sendOne(given.ledger, plan, 'throttled', { retryAfterMs: 120_000 });
    const rest = async () => (await findAccount(given.ledger, plan.account.name)).resumeAt;
    expect(await whyNotClaimed(given.ledger, plan.orders[1]!, plan.account.id)).toMatchObject({
      why: 'resting',
    });
    expect(await rest()).not.toBeNull();
    await setClock(given.ledger, back);
    expect(await rest()).toBeNull();
    const [again] = await claim(given.ledger, plan, [plan.orders[1]!]);
    // The next one lasts as long as it asks for, and not as long as the one before seems to.
    await record(given.ledger, plan, answerTo(again!, 'throttled', { retryAfterMs: 5_000 }));
    const { waitMs } = (await whyNotClaimed(given.ledger, plan.orders[0]!, plan.account.id)) as {
      waitMs: number;
    };
    expect(waitMs).toBeLessThanOrEqual(5_000);
  });

  test.each(BACK)('by %s, a line that a person has closed is not tried again', async (back) => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { steps: [], keepTrying: '3d', quantities: [10, 10] });
    const [closed, other] = await sendWaiting(ledger, plan);
    await closeLines(ledger, plan.id, closed!.line, { who: 'Ada' });
    await setClock(ledger, back);
    await record(given.ledger, plan, answerTo(closed!, 'short'), answerTo(other!, 'short'));
    await goOn(ledger, plan);
    await makeDue(ledger, plan);
    const text = 'select asked_line from ledger.lines where plan_id = $1 and line < 0';
    expect(await sql(ledger, text, [plan.id])).toEqual([{ asked_line: other!.line }]);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ pending: 10, short: 10 });
    expect(await breachesOf(ledger, plan.id)).toEqual([]);
  });

  test('a rest goes on that is no longer away than was asked for', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 10) });
    await sendOne(given.ledger, plan, 'throttled', { retryAfterMs: 3_600_000 });
    await setClock(given.ledger, '30 minutes');
    expect(await claim(given.ledger, plan)).toEqual([]);
    await setClock(given.ledger, '25 minutes');
    expect(await claim(given.ledger, plan)).toEqual([]);
  });

  test('a rest until the next day ends with the day that it is now', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(25, 25) });
    const { account } = plan;
    await changeAccount(given.ledger, account.name, { limits: [dailyLimit(25)] }, { who: 'Ada' });
    const first = await claimAsJob(given.ledger, plan, 0);
    await record(given.ledger, plan, answerTo(first!, 'filled'));
    expect(await claimAsJob(given.ledger, plan, 1)).toBeUndefined();
    const rest = async () => (await findAccount(given.ledger, account.name)).resumeAt?.getTime();
    const before = (await rest())!;
    await setClock(given.ledger, '-2 days');
    expect(await rest()).toBeUndefined();
    // It was sold in what is now the future, and still nothing is left of today's limit.
    expect(await claimAsJob(given.ledger, plan, 1)).toBeUndefined();
    expect(await rest()).toBe(before - 2 * 86_400_000);
  });

  test('no list is asked for before a request has had its whole time by watched time', async () => {
    const plan = await newPlan(given.ledger);
    const order = await claimOne(given.ledger, plan);
    await sql(
      given.ledger,
      `with o as (update ledger.orders set state = 'unknown' where id = $1)
       update ledger.attempts set outcome = 'unknown' where order_id = $1`,
      [order.id],
    );
    await setClock(given.ledger, '1 hour');
    await readList(given.ledger, plan.account, []);
    const may = () => takeReconcileRight(given.ledger, plan.account.id, 1_000);
    expect(await may()).toBe(false);
    await passTime(given.ledger, plan.account, 60_999);
    expect(await may()).toBe(false);
    await passTime(given.ledger, plan.account, 1);
    expect(await may()).toBe(true);
  });

  test('a notice that was put off is told', async () => {
    const plan = await newPlan(given.ledger);
    await sendOne(given.ledger, plan, 'unknown');
    await fillOutbox(given.ledger);
    const { id } = (await takeMessage(given.ledger))!;
    // Those of the other tests.
    while (await takeMessage(given.ledger));
    await postponeMessage(given.ledger, id, 900_000);
    expect(await takeMessage(given.ledger)).toBeUndefined();
    await setClock(given.ledger, '-1 hour');
    expect(await takeMessage(given.ledger)).toMatchObject({ id });
  });
});
