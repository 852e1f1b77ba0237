/** A number that an order had, that was released since, and that the vendor has sold once more. */

import { expect, test } from 'vitest';
import {
  findPlan,
  openSuccessors,
  settleOrder,
  strays,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import { reconcile, takeBaseline } from '../../../src/maintenance/reconcile.ts';
import { rowsOf } from '../../report/reported-plan.ts';
import { BY } from '../../support/by.ts';
import { ladderPlan, sendWaiting } from '../../support/ladder-plan.ts';
import { brokenLaws, passTime } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, newPlan } from '../../support/plans.ts';
import { reconcilingBy } from '../../support/reconciling.ts';
import {
  answerTo,
  claim,
  claimOne,
  expireOne,
  newNumbers,
  record,
  sendOne,
} from '../../support/sending.ts';
import { ANYHOW } from '../../support/settling.ts';

describeOnALedger('a number that is sold again', (given) => {
  /** Another account's order has bought it. */
  const soldBefore = async (): Promise<string> => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(1) });
    const { answer: sold } = await sendOne(ledger, plan, 'filled');
    return sold.numbers[0]!;
  };

  test('is evidence for the order of another account, and settles it as disputed', async () => {
    const { ledger } = given;
    const number = await soldBefore();
    const plan = await newPlan(ledger, { lines: linesOf(1) });
    let owned = newNumbers(7);
    const place = reconcilingBy(ledger, plan, () => owned);
    await takeBaseline(place);
    const order = await claimOne(ledger, plan);
    owned = [...owned, number];
    await record(ledger, plan, answerTo(order, 'unknown', { status: null }));
    await passTime(ledger, plan.account, 600_000);
    expect(await reconcile(place)).toMatchObject({
      proposals: [{ finding: 'open', isClear: false, numbers: [number] }],
      settled: [],
    });
    expect(await strays(ledger, plan.account.id)).toMatchObject([{ number }]);
    const settle = (options = {}) =>
      settleOrder(ledger, order.id, { bought: [number] }, BY, options);
    await expect(settle()).rejects.toThrow(`Number ${number} belongs to order`);
    expect(await settle(ANYHOW)).toMatchObject({ state: 'short', bought: 0 });
    expect(await claim(ledger, plan)).toEqual([]);
    expect(await rowsOf(ledger, plan, 'remainder.csv')).toEqual([]);
    expect(await strays(ledger, plan.account.id)).toEqual([]);
    expect(await brokenLaws(ledger, plan.id)).toEqual(['no_surplus']);
    await unsettleOrder(ledger, order.id, BY);
    expect(await strays(ledger, plan.account.id)).toMatchObject([{ number }]);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ unknown: 1 });
    expect(await settle(ANYHOW)).toMatchObject({ state: 'short' });
  });

  test('that the vendor names is not asked for again, whatever a person says', async () => {
    const { ledger } = given;
    const number = await soldBefore();
    const plan = await ladderPlan(ledger, { quantities: [3] });
    const [order] = await sendWaiting(ledger, plan);
    const numbers = [number, ...newNumbers(2)];
    await record(ledger, plan, answerTo(order!, 'filled', { numbers }));
    const settle = (options = {}) => settleOrder(ledger, order!.id, { nothing: true }, BY, options);
    await expect(settle()).rejects.toThrow(`The vendor named ${number} for it, and`);
    expect(await settle(ANYHOW)).toMatchObject({ state: 'short', bought: 2 });
    expect(await findPlan(ledger, plan.id)).toMatchObject({ bought: 2, short: 1, surplus: 1 });
    const [row] = await rowsOf(ledger, plan, 'surplus.csv');
    expect(row).toMatchObject({ number, why: expect.stringMatching(/and order \d+ has it$/) });
    expect(await openSuccessors(ledger, plan.account.id, 3_600_000)).toBe(0);
    expect(await rowsOf(ledger, plan, 'remainder.csv')).toEqual([]);
  });

  test('is still what the vendor named when a person takes the settlement back', async () => {
    const { ledger } = given;
    const taken = await soldBefore();
    const plan = await newPlan(ledger, { lines: linesOf(2) });
    const order = await expireOne(ledger, plan);
    const numbers = [taken, ...newNumbers(1)];
    await settleOrder(ledger, order.id, { bought: numbers }, BY, ANYHOW);
    await record(ledger, plan, answerTo(order, 'filled', { numbers }));
    await unsettleOrder(ledger, order.id, BY);
    const settle = settleOrder(ledger, order.id, { nothing: true }, BY);
    await expect(settle).rejects.toThrow(/The vendor named \d{10}, \d{10} for it/);
  });

  test('is not one that its order has already', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(3) });
    const numbers = [await soldBefore(), ...newNumbers(1)];
    const { order } = await sendOne(ledger, plan, 'short', { numbers });
    const settle = settleOrder(ledger, order.id, { bought: numbers.slice(1) }, BY, ANYHOW);
    await expect(settle).rejects.toThrow(`Order ${order.id} has number ${numbers[1]} already`);
  });
});
