import { expect, test } from 'vitest';
import {
  doubtFinal,
  findPlan,
  openSuccessors,
  retryPlan,
  settleOrder,
  unsettleOrder,
  whyNotClaimed,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { ladderPlan } from '../../support/ladder-plan.ts';
import { breachesOf, numbersOf, orderRow } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import {
  answerTo,
  claim,
  claimOne,
  expireOne,
  readList,
  record,
  sendOne,
  settleInPart,
} from '../../support/sending.ts';
import { NOTHING } from '../../support/settling.ts';

describeOnALedger('a sale that is told after its order was sent again', (given) => {
  /** The worker of attempt 1 is cut off; a person says nothing; attempt 2 is being sent. */
  const sentAgain = async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger);
    const first = await expireOne(ledger, plan);
    await readList(ledger, plan.account, []);
    await settleOrder(ledger, first.id, NOTHING, BY);
    return { plan, first, second: await claimOne(ledger, plan) };
  };

  const isNotSent = async (plan: SmallPlan, id: number) => {
    expect(await claim(given.ledger, plan, [id])).toEqual([]);
    expect(await whyNotClaimed(given.ledger, id, plan.account.id)).toEqual({ why: 'gone' });
    expect(await doubtFinal(given.ledger, plan.account.id)).toEqual([id]);
    expect(await orderRow(given.ledger, id)).toMatchObject({ state: 'unknown' });
  };

  test('keeps the order from being sent a third time, and may be given to it', async () => {
    const { ledger } = given;
    const { plan, first, second } = await sentAgain();
    await record(given.ledger, plan, answerTo(second, 'not_sent'));
    const sold = answerTo(first, 'filled');
    await record(given.ledger, plan, sold);
    await isNotSent(plan, first.id);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ unknown: 10, surplus: 10 });
    const bought = { bought: sold.numbers };
    expect(await settleOrder(ledger, first.id, bought, BY)).toMatchObject({ state: 'filled' });
    expect(await findPlan(ledger, plan.id)).toMatchObject({ bought: 10, surplus: 0 });
    expect(await breachesOf(ledger, plan.id)).toEqual([]);
  });

  test('keeps it also when the second attempt is throttled afterwards', async () => {
    const { plan, first, second } = await sentAgain();
    await record(given.ledger, plan, answerTo(first, 'filled'));
    await record(given.ledger, plan, answerTo(second, 'throttled', { retryAfterMs: 0 }));
    await isNotSent(plan, first.id);
  });

  test('keeps it also when it names a number that another order has', async () => {
    const { ledger } = given;
    const other = await newPlan(ledger, { lines: linesOf(1) });
    const { answer: sold } = await sendOne(ledger, other, 'filled');
    const { plan, first, second } = await sentAgain();
    await record(given.ledger, plan, answerTo(first, 'short', { numbers: sold.numbers }));
    await record(given.ledger, plan, answerTo(second, 'not_sent'));
    await isNotSent(plan, first.id);
  });

  test('keeps it also when it was refused and a person tries it again', async () => {
    const { plan, first, second } = await sentAgain();
    await record(given.ledger, plan, answerTo(first, 'filled'));
    await record(given.ledger, plan, answerTo(second, 'refused'));
    expect(await retryPlan(given.ledger, plan.id, BY)).toBe(1);
    await isNotSent(plan, first.id);
  });

  test('keeps a successor of it from being sent a second time', async () => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { quantities: [10] });
    const { order: first, named } = await settleInPart(ledger, plan);
    await openSuccessors(ledger, plan.account.id, 3_600_000);
    const next = first.id + 1;
    await sendOne(ledger, plan, 'not_sent', {}, next);
    await record(given.ledger, plan, answerTo(first, 'filled', { numbers: named }));
    await isNotSent(plan, next);
    expect(await settleOrder(ledger, next, NOTHING, BY)).toMatchObject({
      state: 'short',
    });
    expect(await openSuccessors(ledger, plan.account.id, 3_600_000)).toBe(0);
  });
});

/** The vendor answers after an order was settled with numbers, and the settlement is taken back. */
describeOnALedger('a settlement that is taken back after the answer', (given) => {
  const settledWith = async (count: number) => {
    const { ledger } = given;
    const plan = await newPlan(ledger);
    return { plan, ...(await settleInPart(ledger, plan, count)) };
  };

  test.each([10, 3])('leaves all numbers that it named, when %i were settled', async (count) => {
    const { ledger } = given;
    const { plan, order, named } = await settledWith(count);
    await record(ledger, plan, answerTo(order, 'filled', { numbers: named }));
    await unsettleOrder(ledger, order.id, BY);
    expect(await numbersOf(ledger, order.id, 'disputes')).toEqual(named);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ bought: 0, unknown: 10, surplus: 10 });
  });

  test('leaves no number to an answer that named none', async () => {
    const { ledger } = given;
    const { plan, order } = await settledWith(4);
    // As one that could not be unpacked.
    await record(ledger, plan, answerTo(order, 'unknown', { status: 200, body: null }));
    await unsettleOrder(ledger, order.id, BY);
    expect(await numbersOf(ledger, order.id, 'disputes')).toEqual([]);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ unknown: 10, surplus: 0 });
  });
});
