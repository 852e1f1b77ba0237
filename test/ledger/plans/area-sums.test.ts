import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line as someLine } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

const NONE = { exact: 0, substituted: 0, missing: 0, open: 0, cancelled: 0 };

describeOnALedger('where the numbers of a plan are', (given) => {
  test('is told by line, in the order of its ladder', async () => {
    const steps = [
      step(1, '646'),
      step(2, '332'),
      step(3, '', { areaCode: null, type: 'tollfree' }),
    ];
    const plan = await given.ladderPlan({ steps, quantities: [30, 9] });
    await given.sellEach(plan, 20, 1, 9);
    await given.sellEach(plan, 3, 2);
    await given.sellEach(plan, 0, 1);
    expect(await given.substitutes(plan.id, [2, 3])).toEqual([
      { line: 2, areaCode: '646', numbers: 5 },
      { line: 2, areaCode: '332', numbers: 1 },
    ]);
    expect(await given.substitutes(plan.id, [3])).toEqual([]);
  });

  test('is told by area code: what is missing where it was asked for', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    await given.sellEach(plan, 4);
    await given.sellEach(plan, 3);
    const [last] = await given.sendWaiting(plan);
    await given.record(plan, answerTo(last!, 'refused'));
    expect(await given.areaSums(plan.id)).toEqual([
      { areaCode: '212', ...NONE, exact: 4, missing: 3 },
      { areaCode: '332', ...NONE, substituted: 3 },
    ]);
  });

  test('joins exchanges and toll-free numbers, and adds up to what was asked for', async () => {
    const lines = [
      someLine({ line: 2, areaCode: '212555', quantity: 2 }),
      someLine({ line: 3, quantity: 3 }),
      someLine({ line: 4, areaCode: null, type: 'tollfree', quantity: 4 }),
      someLine({ line: 5, areaCode: '415', quantity: 5 }),
      someLine({ line: 6, areaCode: '415', quantity: 6 }),
      someLine({ line: 7, areaCode: '312', quantity: 7 }),
    ];
    const plan = await given.newPlan({ lines });
    const [one, two, free, unclear] = await given.claim(plan, plan.orders.slice(0, 5));
    for (const order of [one, two, free]) await given.record(plan, answerTo(order!, 'filled'));
    await given.record(plan, answerTo(unclear!, 'unknown'));
    const sums = (waiting: Partial<typeof NONE>) => [
      { areaCode: '212', ...NONE, exact: 5 },
      { areaCode: '312', ...NONE, ...waiting },
      { areaCode: '415', ...NONE, open: 11 },
      { areaCode: null, ...NONE, exact: 4 },
    ];
    expect(await given.areaSums(plan.id)).toEqual(sums({ open: 7 }));
    await given.steerPlan(plan.id, 'cancel', BY);
    await given.cancelWaiting(plan.id);
    expect(await given.areaSums(plan.id)).toEqual(sums({ cancelled: 7 }));
  });
});
