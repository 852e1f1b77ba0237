import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

describeOnALedger('surplus', (given) => {
  /** An order that nobody has answered yet, and that counts as unknown. */
  const unknown = async () => {
    const made = await given.unknownOrder({ body: 'cut off' });
    await given.forgetAnswer(made.order);
    return made;
  };

  /** Settled as nothing and sent again; then the first answer came. */
  const boughtTwice = async (outcome: 'filled' | 'short' = 'filled', count = 10) => {
    const { plan, order } = await unknown();
    await given.settleOrder(order.id, NOTHING, BY, ANYHOW);
    await given.sendOne(plan, outcome);
    const numbers = newNumbers(count);
    await given.record(plan, answerTo(order, 'filled', { numbers }));
    return { plan, order, numbers };
  };

  const broken = (plan: SmallPlan) => given.brokenLaws(plan.id);

  test('is what the vendor sold twice: seen in the plan, its files and the audit', async () => {
    const { plan, order, numbers } = await boughtTwice();
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ requested: 10, bought: 10, surplus: 10 },
    });
    expect(await given.surplusNumbers(plan.id)).toMatchObject(
      numbers.map((number) => ({ order: order.id, line: 2, areaCode: '212', number })),
    );
    expect(await broken(plan)).toEqual(['no_surplus', 'bought_as_asked']);
    const rows = await given.rowsOf(plan, 'surplus.csv');
    expect(rows.map(({ number }) => number)).toEqual(numbers);
    expect(rows[0]).toEqual({
      order: String(order.id),
      line: '2',
      area_code: '212',
      type: 'local',
      number: numbers[0],
      e164: `+1${numbers[0]}`,
      seen_at: expect.stringMatching(/^\d{4}-.*Z$/),
      why:
        'the vendor named it for this order, which is filled with 10 of 10 numbers, and no ' +
        'order has it',
    });
    const other = await given.newPlan();
    expect(await given.findPlan(other.id)).toMatchObject({ surplus: 0 });
    expect(await given.rowsOf(other, 'surplus.csv')).toEqual([]);
  });

  test('that an unknown order takes is over, but not for a number sold twice', async () => {
    const { plan, numbers } = await boughtTwice();
    const taker = await unknown();
    await given.readList(taker.plan.account, numbers);
    await given.settleOrder(taker.order.id, { bought: numbers }, BY, ANYHOW);
    expect(await given.findPlan(plan.id)).toMatchObject({ surplus: 0 });
    expect(await broken(plan)).toEqual(['nothing_lost', 'bought_as_asked']);
    expect(await broken(taker.plan)).toEqual([]);
  });

  test('is a number of another order, once its own order has ended short of it', async () => {
    const old = await given.newPlan();
    const { answer: sold } = await given.sendOne(old, 'filled');
    // The vendor sells a released number again, among nine others.
    const plan = await given.newPlan({ account: old.account });
    const twice = sold.numbers[0]!;
    const numbers = [...newNumbers(9), twice];
    const { order } = await given.sendOne(plan, 'filled', { numbers });
    await given.passTime(plan.account, 600_000);
    await given.settleOrder(order.id, { bought: [twice] }, BY, ANYHOW);
    expect(await given.findPlan(plan.id)).toMatchObject({ bought: 9, surplus: 1 });
    expect(await broken(plan)).toEqual(['no_surplus']);
  });

  test('is not offered for buying again', async () => {
    // Nothing was left for the second try: what it lacks, the first one had bought.
    const { plan } = await boughtTwice('short', 7);
    expect(await given.findPlan(plan.id)).toMatchObject({ short: 10, surplus: 7 });
    expect(await given.rowsOf(plan, 'remainder.csv')).toMatchObject([{ quantity: '3' }]);
  });

  test('may be what an order settled against the evidence lacks: none is offered', async () => {
    const { plan, order } = await unknown();
    const bought = ['4155550195'];
    await given.settleOrder(order.id, { bought }, BY, ANYHOW);
    expect(await given.findPlan(plan.id)).toMatchObject({ short: 9 });
    expect(await given.rowsOf(plan, 'remainder.csv')).toEqual([]);
    await given.unsettleOrder(order.id, BY);
    const own = newNumbers(1);
    await given.readList(plan.account, own);
    await given.passTime(plan.account, 60_000);
    await given.settleOrder(order.id, { bought: own }, BY);
    expect(await given.rowsOf(plan, 'remainder.csv')).toMatchObject([{ quantity: '9' }]);
  });
});
