import { expect, test } from 'vitest';
import { findPlan, settleOrder, surplusNumbers, unsettleOrder } from '../../../src/ledger/index.ts';
import { rowsOf } from '../../report/reported-plan.ts';
import { BY } from '../../support/by.ts';
import { brokenLaws, passTime } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers, readList, record, sendOne } from '../../support/sending.ts';
import { ANYHOW, forgetAnswer, NOTHING, unknownOrder } from '../../support/settling.ts';

describeOnALedger('surplus', (given) => {
  /** An order that nobody has answered yet, and that counts as unknown. */
  const unknown = async () => {
    const made = await unknownOrder(given.ledger, { body: 'cut off' });
    await forgetAnswer(given.ledger, made.order);
    return made;
  };

  /** Settled as nothing and sent again; then the first answer came. */
  const boughtTwice = async (outcome: 'filled' | 'short' = 'filled', count = 10) => {
    const { plan, order } = await unknown();
    await settleOrder(given.ledger, order.id, NOTHING, BY, ANYHOW);
    await sendOne(given.ledger, plan, outcome);
    const numbers = newNumbers(count);
    await record(given.ledger, plan, answerTo(order, 'filled', { numbers }));
    return { plan, order, numbers };
  };

  const broken = (plan: SmallPlan) => brokenLaws(given.ledger, plan.id);

  test('is what the vendor sold twice: seen in the plan, its files and the audit', async () => {
    const { plan, order, numbers } = await boughtTwice();
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({
      ...{ requested: 10, bought: 10, surplus: 10 },
    });
    expect(await surplusNumbers(given.ledger, plan.id)).toMatchObject(
      numbers.map((number) => ({ order: order.id, line: 2, areaCode: '212', number })),
    );
    expect(await broken(plan)).toEqual(['no_surplus', 'bought_as_asked']);
    const rows = await rowsOf(given.ledger, plan, 'surplus.csv');
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
    const other = await newPlan(given.ledger);
    expect(await findPlan(given.ledger, other.id)).toMatchObject({ surplus: 0 });
    expect(await rowsOf(given.ledger, other, 'surplus.csv')).toEqual([]);
  });

  test('that an unknown order takes is over, but not for a number sold twice', async () => {
    const { plan, numbers } = await boughtTwice();
    const taker = await unknown();
    await readList(given.ledger, taker.plan.account, numbers);
    await settleOrder(given.ledger, taker.order.id, { bought: numbers }, BY, ANYHOW);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ surplus: 0 });
    expect(await broken(plan)).toEqual(['nothing_lost', 'bought_as_asked']);
    expect(await broken(taker.plan)).toEqual([]);
  });

  test('is a number of another order, once its own order has ended short of it', async () => {
    const old = await newPlan(given.ledger);
    const { answer: sold } = await sendOne(given.ledger, old, 'filled');
    // The vendor sells a released number again, among nine others.
    const plan = await newPlan(given.ledger, { account: old.account });
    const twice = sold.numbers[0]!;
    const numbers = [...newNumbers(9), twice];
    const { order } = await sendOne(given.ledger, plan, 'filled', { numbers });
    await passTime(given.ledger, plan.account, 600_000);
    await settleOrder(given.ledger, order.id, { bought: [twice] }, BY, ANYHOW);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ bought: 9, surplus: 1 });
    expect(await broken(plan)).toEqual(['no_surplus']);
  });

  test('is not offered for buying again', async () => {
    // Nothing was left for the second try: what it lacks, the first one had bought.
    const { plan } = await boughtTwice('short', 7);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ short: 10, surplus: 7 });
    expect(await rowsOf(given.ledger, plan, 'remainder.csv')).toMatchObject([{ quantity: '3' }]);
  });

  test('may be what an order settled against the evidence lacks: none is offered', async () => {
    const { plan, order } = await unknown();
    const bought = ['4155550195'];
    await settleOrder(given.ledger, order.id, { bought }, BY, ANYHOW);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ short: 9 });
    expect(await rowsOf(given.ledger, plan, 'remainder.csv')).toEqual([]);
    await unsettleOrder(given.ledger, order.id, BY);
    const own = newNumbers(1);
    await readList(given.ledger, plan.account, own);
    await passTime(given.ledger, plan.account, 60_000);
    await settleOrder(given.ledger, order.id, { bought: own }, BY);
    expect(await rowsOf(given.ledger, plan, 'remainder.csv')).toMatchObject([{ quantity: '9' }]);
  });
});
