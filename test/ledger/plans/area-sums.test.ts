import { expect, test } from 'vitest';
import { areaSums, substitutes } from '../../../src/ledger/index.ts';
import { ladderPlan, sellEach, sendWaiting, step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { newPlan, line as someLine } from '../../support/plans.ts';
import { answerTo, record } from '../../support/sending.ts';

describeOnALedger('where the numbers of a plan are', (given) => {
  test('is told by line, in the order of its ladder', async () => {
    const { ledger } = given;
    const steps = [
      step(1, '646'),
      step(2, '332'),
      step(3, '', { areaCode: null, type: 'tollfree' }),
    ];
    const plan = await ladderPlan(ledger, { steps, quantities: [30, 9] });
    await sellEach(ledger, plan, 20, 1, 9);
    await sellEach(ledger, plan, 3, 2);
    await sellEach(ledger, plan, 0, 1);
    expect(await substitutes(ledger, plan.id, [2, 3])).toEqual([
      { line: 2, areaCode: '646', numbers: 5 },
      { line: 2, areaCode: '332', numbers: 1 },
    ]);
    expect(await substitutes(ledger, plan.id, [3])).toEqual([]);
  });

  test('is told by area code: what is missing where it was asked for', async () => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { quantities: [10] });
    await sellEach(ledger, plan, 4);
    await sellEach(ledger, plan, 3);
    const [last] = await sendWaiting(ledger, plan);
    await record(ledger, plan, answerTo(last!, 'refused'));
    expect(await areaSums(ledger, plan.id)).toEqual([
      { areaCode: '212', exact: 4, substituted: 0, missing: 3 },
      { areaCode: '332', exact: 0, substituted: 3, missing: 0 },
    ]);
  });

  test('joins exchanges and toll-free numbers, and leaves out what is only waiting', async () => {
    const { ledger } = given;
    const lines = [
      someLine({ line: 2, areaCode: '212555', quantity: 2 }),
      someLine({ line: 3, quantity: 3 }),
      someLine({ line: 4, areaCode: null, type: 'tollfree', quantity: 4 }),
      someLine({ line: 5, areaCode: '415', quantity: 5 }),
    ];
    const plan = await newPlan(ledger, { lines });
    const sent = (await sendWaiting(ledger, plan)).slice(0, 3);
    for (const order of sent) await record(ledger, plan, answerTo(order, 'filled'));
    expect(await areaSums(ledger, plan.id)).toEqual([
      { areaCode: '212', exact: 5, substituted: 0, missing: 0 },
      { areaCode: null, exact: 4, substituted: 0, missing: 0 },
    ]);
  });
});
