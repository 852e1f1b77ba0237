import { expect, test } from 'vitest';
import {
  type AnswerRecord,
  recordAnswers,
  settleOrder,
  unknownOrders,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { breachesOf, brokenLaws, numbersOf, orderRow, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, claim, claimOne, newNumbers, sendOne } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('a number sold twice', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    recordAnswers(given.ledger, plan.account.id, answers);

  const ownerOf = async (number: string) => {
    const text = 'select order_id as id from ledger.numbers where number = $1';
    return (await sql<{ id: number }>(given.ledger, text, [number]))[0]?.id;
  };

  const breaches = (plan: SmallPlan) => breachesOf(given.ledger, plan.id);

  test('stays with the first order, and the second becomes unknown', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(3, 3) });
    const [first, second] = await claim(given.ledger, plan);
    const sold = answerTo(first!, 'filled');
    await record(plan, sold);
    const [twice, ...rest] = [sold.numbers[1]!, ...newNumbers(2)];
    const numbers = [...rest, twice!];
    expect(await record(plan, answerTo(second!, 'filled', { numbers, body: '<xml/>' }))).toEqual([
      { orderId: second!.id, state: 'unknown', bought: 2, disputed: 1, pausedReason: null },
    ]);
    expect(await Promise.all([twice!, ...rest].map(ownerOf))).toEqual([
      first!.id,
      second!.id,
      second!.id,
    ]);
    expect(await orderRow(given.ledger, first!.id)).toMatchObject({ state: 'filled', bought: 3 });
    expect(await unknownOrders(given.ledger, { planId: plan.id })).toMatchObject([
      {
        order: second!.id,
        quantity: 3,
        bought: 2,
        whatHappened: 'Numbers that the vendor named and other orders have: 1',
        status: 200,
        body: '<xml/>',
        disputed: [twice],
      },
    ]);
    // It is answered, and may have bought something: there is no second attempt.
    expect(await claim(given.ledger, plan)).toEqual([]);
    expect(await breaches(plan)).toEqual([]);
  });

  test('is in doubt with all others, when they are more than their order asked for', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(3) });
    const order = await claimOne(given.ledger, plan);
    const numbers = newNumbers(5);
    expect(await record(plan, answerTo(order, 'filled', { numbers }))).toMatchObject([
      { state: 'unknown', bought: 0, disputed: 5 },
    ]);
    expect(await orderRow(given.ledger, order.id)).toMatchObject({ state: 'unknown', bought: 0 });
    expect(await unknownOrders(given.ledger, { planId: plan.id })).toMatchObject([
      { order: order.id, disputed: numbers },
    ]);
  });

  test('by a late answer of a plan that the ledger has lost is no dispute of another', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(3) });
    const order = await claimOne(given.ledger, plan);
    const lost = answerTo(order, 'filled', {
      planKey: `${'0'.repeat(64)}:0:3`,
      nonce: order.nonce + 1,
    });
    expect(await record(plan, lost)).toEqual([]);
    expect(await numbersOf(given.ledger, order.id, 'disputes')).toEqual([]);
  });

  test('leaves an order without numbers that is never sent again', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(1, 1) });
    const [first, second] = await claim(given.ledger, plan);
    const sold = answerTo(first!, 'filled');
    await record(plan, sold);
    await record(plan, answerTo(second!, 'filled', { numbers: sold.numbers }));
    const settle = (options = {}) => settleOrder(given.ledger, second!.id, NOTHING, BY, options);
    await expect(settle()).rejects.toMatchObject({ code: 'against_evidence' });
    const settled = await settle(ANYHOW);
    expect(settled).toEqual({ order: second!.id, state: 'short', bought: 0 });
    expect(await claim(given.ledger, plan)).toEqual([]);
    expect(await brokenLaws(given.ledger, plan.id)).toEqual(['no_surplus']);
  });

  test('in one batch goes to one of the two', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(1, 1) });
    const orders = await claim(given.ledger, plan);
    const numbers = newNumbers(1);
    const recorded = await record(
      plan,
      ...orders.map((order) => answerTo(order, 'filled', { numbers })),
    );
    expect(recorded.map(({ state }) => state).sort()).toEqual(['filled', 'unknown']);
    const winner = recorded.find(({ state }) => state === 'filled');
    expect(await ownerOf(numbers[0]!)).toBe(winner!.orderId);
    expect(await breaches(plan)).toEqual([]);
  });

  test('over two accounts is noticed', async () => {
    const one = await newPlan(given.ledger, { lines: linesOf(2) });
    const other = await newPlan(given.ledger, { lines: linesOf(2) });
    const { answer: sold } = await sendOne(given.ledger, one, 'filled');
    const { numbers } = sold;
    const answer = answerTo(await claimOne(given.ledger, other), 'filled', { numbers });
    expect(await record(other, answer)).toMatchObject([
      { state: 'unknown', bought: 0, disputed: 2 },
    ]);
  });

  test('named twice in one answer leaves the order unknown', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(2) });
    const [number] = newNumbers(1);
    const numbers = [number!, number!];
    const answer = answerTo(await claimOne(given.ledger, plan), 'filled', { numbers });
    expect(await record(plan, answer)).toMatchObject([{ state: 'unknown', bought: 1 }]);
    expect(await breaches(plan)).toEqual([]);
  });
});
