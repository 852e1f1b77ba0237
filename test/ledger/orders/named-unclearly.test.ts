/** An answer that is unclear and names numbers: a sale with status 500, or one that is cut off. */

import { expect, test } from 'vitest';
import { recordOf } from '../../../jobs/record-answer.ts';
import { type ClaimedOrder, settleOrder, unknownOrders } from '../../../src/ledger/index.ts';
import { reconcile, takeBaseline } from '../../../src/maintenance/reconcile.ts';
import type { Answer } from '../../../src/vendor/index.ts';
import { BY } from '../../support/by.ts';
import { codeOf, orderRow } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newPlan } from '../../support/plans.ts';
import { reconcilingBy } from '../../support/reconciling.ts';
import {
  answerTo,
  claim,
  claimOne,
  expireOne,
  newNumbers,
  readList,
  record,
} from '../../support/sending.ts';
import { NOTHING } from '../../support/settling.ts';
import { sale } from '../../vendor/seed-answer.ts';

const unclear = (order: ClaimedOrder) => {
  const body = sale(newNumbers(10));
  const answer: Answer = {
    ...{ outcome: 'unknown', numbers: [], status: 500, what: 'status 500', body },
    retryAfterMs: null,
  };
  return recordOf(order, answer, () => 0);
};

describeOnALedger('an order whose unclear answer names numbers', (given) => {
  const unknown = async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger);
    const owned = newNumbers(5);
    const place = reconcilingBy(ledger, plan, () => owned);
    await takeBaseline(place);
    const order = await claimOne(ledger, plan);
    await record(ledger, plan, unclear(order));
    return { place, id: order.id };
  };

  test('is settled as nothing against the evidence only', async () => {
    const { id } = await unknown();
    expect(await codeOf(settleOrder(given.ledger, id, NOTHING, BY))).toBe('against_evidence');
  });

  test('so it is when a list lacks them, and the verdict is open', async () => {
    const { id, place } = await unknown();
    expect((await reconcile(place)).proposals).toMatchObject([{ finding: 'open' }]);
    expect(await codeOf(settleOrder(given.ledger, id, NOTHING, BY))).toBe('against_evidence');
  });

  const settled = async () => {
    const plan = await newPlan(given.ledger);
    const first = await expireOne(given.ledger, plan);
    await readList(given.ledger, plan.account, []);
    await settleOrder(given.ledger, first.id, NOTHING, BY);
    return { plan, first };
  };

  test('is not sent again when that comes after it was settled as nothing', async () => {
    const { ledger } = given;
    const { plan, first } = await settled();
    const late = unclear(first);
    await record(ledger, plan, late);
    expect(await claim(ledger, plan, [first.id])).toEqual([]);
    expect(await orderRow(ledger, first.id)).toMatchObject({ state: 'unknown', bought: 0 });
    const { body } = late;
    expect(await unknownOrders(ledger, { planId: plan.id })).toMatchObject([{ body }]);
  });

  test('is not sent once more when it was sent again, and bought nothing then', async () => {
    const { ledger } = given;
    const { plan, first } = await settled();
    const second = await claimOne(ledger, plan);
    await record(ledger, plan, unclear(first));
    await record(ledger, plan, answerTo(second, 'throttled', { retryAfterMs: 0 }));
    expect(await claim(ledger, plan, [first.id])).toEqual([]);
  });
});
