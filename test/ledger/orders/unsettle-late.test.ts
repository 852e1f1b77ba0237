/** The vendor answers after an order was settled with numbers, and the settlement is taken back. */

import { expect, test } from 'vitest';
import { findPlan, unsettleOrder } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { numbersOf } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newPlan } from '../../support/plans.ts';
import { answerTo, record, settleInPart } from '../../support/sending.ts';

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
