/** An answer that is unclear and names numbers: a sale with status 500, or one that is cut off. */

import { expect, test } from 'vitest';
import { recordOf } from '../../../jobs/record-answer.ts';
import type { ClaimedOrder } from '../../../src/ledger/index.ts';
import { reconcile, takeBaseline } from '../../../src/maintenance/reconcile.ts';
import type { Answer } from '../../../src/vendor/index.ts';
import { BY } from '../../support/by.ts';
import { codeOf } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
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
    const plan = await given.newPlan();
    const owned = newNumbers(5);
    const place = given.reconcilingBy(plan, () => owned);
    await takeBaseline(place);
    const order = await given.claimOne(plan);
    await given.record(plan, unclear(order));
    return { place, id: order.id };
  };

  test('is settled as nothing against the evidence only', async () => {
    const { id } = await unknown();
    expect(await codeOf(given.settleOrder(id, NOTHING, BY))).toBe('against_evidence');
  });

  test('so it is when a list lacks them, and the verdict is open', async () => {
    const { id, place } = await unknown();
    expect((await reconcile(place)).proposals).toMatchObject([{ finding: 'open' }]);
    expect(await codeOf(given.settleOrder(id, NOTHING, BY))).toBe('against_evidence');
  });

  const settled = async () => {
    const plan = await given.newPlan();
    const first = await given.expireOne(plan);
    await given.readList(plan.account, []);
    await given.settleOrder(first.id, NOTHING, BY);
    return { plan, first };
  };

  test('is not sent again when that comes after it was settled as nothing', async () => {
    const { plan, first } = await settled();
    const late = unclear(first);
    await given.record(plan, late);
    expect(await given.claim(plan, [first.id])).toEqual([]);
    expect(await given.orderRow(first.id)).toMatchObject({ state: 'unknown', bought: 0 });
    const { body } = late;
    expect(await given.unknownOrders({ planId: plan.id })).toMatchObject([{ body }]);
  });

  test('is not sent once more when it was sent again, and bought nothing then', async () => {
    const { plan, first } = await settled();
    const second = await given.claimOne(plan);
    await given.record(plan, unclear(first));
    await given.record(plan, answerTo(second, 'throttled', { retryAfterMs: 0 }));
    expect(await given.claim(plan, [first.id])).toEqual([]);
  });
});
