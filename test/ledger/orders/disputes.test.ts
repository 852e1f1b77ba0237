import { expect, test } from 'vitest';
import type { AnswerRecord } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('a number sold twice', (given) => {
  const record = (plan: SmallPlan, ...answers: AnswerRecord[]) =>
    given.recordAnswers(plan.account.id, answers);

  const ownerOf = async (number: string) => {
    const text = 'select order_id as id from ledger.numbers where number = $1';
    return (await given.sql<{ id: number }>(text, [number]))[0]?.id;
  };

  const breaches = (plan: SmallPlan) => given.breachesOf(plan.id);

  test('stays with the first order, and the second becomes unknown', async () => {
    const plan = await given.newPlan({ lines: linesOf(3, 3) });
    const [first, second] = await given.claim(plan);
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
    expect(await given.orderRow(first!.id)).toMatchObject({ state: 'filled', bought: 3 });
    expect(await given.unknownOrders({ planId: plan.id })).toMatchObject([
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
    expect(await given.claim(plan)).toEqual([]);
    expect(await breaches(plan)).toEqual([]);
  });

  test('is in doubt with all others, when they are more than their order asked for', async () => {
    const plan = await given.newPlan({ lines: linesOf(3) });
    const order = await given.claimOne(plan);
    const numbers = newNumbers(5);
    expect(await record(plan, answerTo(order, 'filled', { numbers }))).toMatchObject([
      { state: 'unknown', bought: 0, disputed: 5 },
    ]);
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'unknown', bought: 0 });
    expect(await given.unknownOrders({ planId: plan.id })).toMatchObject([
      { order: order.id, disputed: numbers },
    ]);
  });

  test('by a late answer of a plan that the ledger has lost is no dispute of another', async () => {
    const plan = await given.newPlan({ lines: linesOf(3) });
    const order = await given.claimOne(plan);
    const lost = answerTo(order, 'filled', {
      planKey: `${'0'.repeat(64)}:0:3`,
      nonce: order.nonce + 1,
    });
    expect(await record(plan, lost)).toEqual([]);
    expect(await given.numbersOf(order.id, 'disputes')).toEqual([]);
  });

  test('leaves an order without numbers that is never sent again', async () => {
    const plan = await given.newPlan({ lines: linesOf(1, 1) });
    const [first, second] = await given.claim(plan);
    const sold = answerTo(first!, 'filled');
    await record(plan, sold);
    await record(plan, answerTo(second!, 'filled', { numbers: sold.numbers }));
    const settle = (options = {}) => given.settleOrder(second!.id, NOTHING, BY, options);
    await expect(settle()).rejects.toMatchObject({ code: 'against_evidence' });
    const settled = await settle(ANYHOW);
    expect(settled).toEqual({ order: second!.id, state: 'short', bought: 0 });
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.brokenLaws(plan.id)).toEqual(['no_surplus']);
  });

  test('in one batch goes to one of the two', async () => {
    const plan = await given.newPlan({ lines: linesOf(1, 1) });
    const orders = await given.claim(plan);
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
    const one = await given.newPlan({ lines: linesOf(2) });
    const other = await given.newPlan({ lines: linesOf(2) });
    const { answer: sold } = await given.sendOne(one, 'filled');
    const { numbers } = sold;
    const answer = answerTo(await given.claimOne(other), 'filled', { numbers });
    expect(await record(other, answer)).toMatchObject([
      { state: 'unknown', bought: 0, disputed: 2 },
    ]);
  });

  test('named twice in one answer leaves the order unknown', async () => {
    const plan = await given.newPlan({ lines: linesOf(2) });
    const [number] = newNumbers(1);
    const numbers = [number!, number!];
    const answer = answerTo(await given.claimOne(plan), 'filled', { numbers });
    expect(await record(plan, answer)).toMatchObject([{ state: 'unknown', bought: 1 }]);
    expect(await breaches(plan)).toEqual([]);
  });
});
