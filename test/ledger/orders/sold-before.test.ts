/** A number that an order had, that was released since, and that the vendor has sold once more. */

import { expect, test } from 'vitest';
import { reconcile, takeBaseline } from '../../../src/maintenance/reconcile.ts';
import { BY, withNewReason } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW } from '../../support/settling.ts';

describeOnALedger('a number that is sold again', (given) => {
  /** Another account's order has bought it. */
  const soldBefore = async (): Promise<string> => {
    const plan = await given.newPlan({ lines: linesOf(1) });
    const { answer: sold } = await given.sendOne(plan, 'filled');
    return sold.numbers[0]!;
  };

  test('is evidence for the order of another account, and settles it as disputed', async () => {
    const number = await soldBefore();
    const plan = await given.newPlan({ lines: linesOf(1) });
    let owned = newNumbers(7);
    const place = given.reconcilingBy(plan, () => owned);
    await takeBaseline(place);
    const order = await given.claimOne(plan);
    owned = [...owned, number];
    await given.record(plan, answerTo(order, 'unknown', { status: null }));
    await given.passTime(plan.account, 600_000);
    expect(await reconcile(place)).toMatchObject({
      proposals: [{ finding: 'open', isClear: false, numbers: [number] }],
      settled: [],
    });
    expect(await given.strays(plan.account.id)).toMatchObject([{ number }]);
    const settle = (options = {}) => given.settleOrder(order.id, { bought: [number] }, BY, options);
    await expect(settle()).rejects.toThrow(`Number ${number} belongs to order`);
    expect(await settle(ANYHOW)).toMatchObject({ state: 'short', bought: 0 });
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.rowsOf(plan, 'remainder.csv')).toEqual([]);
    expect(await given.strays(plan.account.id)).toEqual([]);
    expect(await given.brokenLaws(plan.id)).toEqual(['no_surplus']);
    await given.unsettleOrder(order.id, BY);
    expect(await given.strays(plan.account.id)).toMatchObject([{ number }]);
    expect(await given.findPlan(plan.id)).toMatchObject({ unknown: 1 });
    const again = given.settleOrder(order.id, { bought: [number] }, withNewReason(), ANYHOW);
    expect(await again).toMatchObject({ state: 'short' });
  });

  test('that the vendor names is not asked for again, whatever a person says', async () => {
    const number = await soldBefore();
    const plan = await given.ladderPlan({ quantities: [3] });
    const [order] = await given.sendWaiting(plan);
    const numbers = [number, ...newNumbers(2)];
    await given.record(plan, answerTo(order!, 'filled', { numbers }));
    const settle = (options = {}) => given.settleOrder(order!.id, { nothing: true }, BY, options);
    await expect(settle()).rejects.toThrow(`The vendor named ${number} for it, and`);
    expect(await settle(ANYHOW)).toMatchObject({ state: 'short', bought: 2 });
    expect(await given.findPlan(plan.id)).toMatchObject({ bought: 2, short: 1, surplus: 1 });
    const [row] = await given.rowsOf(plan, 'surplus.csv');
    expect(row).toMatchObject({ number, why: expect.stringMatching(/and order \d+ has it$/) });
    expect(await given.openSuccessors(plan.account.id, 3_600_000)).toBe(0);
    expect(await given.rowsOf(plan, 'remainder.csv')).toEqual([]);
  });

  test('is still what the vendor named when a person takes the settlement back', async () => {
    const taken = await soldBefore();
    const plan = await given.newPlan({ lines: linesOf(2) });
    const order = await given.expireOne(plan);
    const numbers = [taken, ...newNumbers(1)];
    await given.settleOrder(order.id, { bought: numbers }, BY, ANYHOW);
    await given.record(plan, answerTo(order, 'filled', { numbers }));
    await given.unsettleOrder(order.id, BY);
    const settle = given.settleOrder(order.id, { nothing: true }, BY);
    await expect(settle).rejects.toThrow(/The vendor named \d{10}, \d{10} for it/);
  });

  test('is not one that its order has already', async () => {
    const plan = await given.newPlan({ lines: linesOf(3) });
    const numbers = [await soldBefore(), ...newNumbers(1)];
    const { order } = await given.sendOne(plan, 'short', { numbers });
    const settle = given.settleOrder(order.id, { bought: numbers.slice(1) }, BY, ANYHOW);
    await expect(settle).rejects.toThrow(`Order ${order.id} has number ${numbers[1]} already`);
  });
});
