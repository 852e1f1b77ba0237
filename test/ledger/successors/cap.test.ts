import { expect, test } from 'vitest';
import { settleOrder, unsettleOrder } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { goOn, ladderPlan, sellEach, sendWaiting, step } from '../../support/ladder-plan.ts';
import { orderRow } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers, readList, record } from '../../support/sending.ts';

describeOnALedger('the cap of a rung', (given) => {
  /** Two families lack numbers; the first one's order on the rung is unknown. */
  const begin = async () => {
    const { ledger } = given;
    const steps = [step(1, '332', { cap: 10 })];
    const plan = await ladderPlan(ledger, { steps, fallback: 'overlay:10', quantities: [35] });
    await sellEach(ledger, plan, 0, 0);
    const [order] = await sendWaiting(ledger, plan);
    await record(ledger, plan, answerTo(order!, 'unknown', { status: 502 }));
    const one = newNumbers(1, '332');
    await readList(ledger, plan.account, one);
    await settleOrder(ledger, order!.id, { bought: one }, BY);
    return { ledger, plan, id: order!.id };
  };

  test('keeps a settlement whose room another order has used', async () => {
    const { ledger, plan, id } = await begin();
    await goOn(ledger, plan);
    await sellEach(ledger, plan, 9);
    await expect(unsettleOrder(ledger, id, BY)).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('what it left of the cap'),
    });
    expect(await orderRow(ledger, id)).toMatchObject({ state: 'short', bought: 1 });
  });

  test('does not keep one whose room is still free', async () => {
    const { ledger, plan, id } = await begin();
    await goOn(ledger, plan);
    expect(await unsettleOrder(ledger, id, BY)).toMatchObject({ state: 'unknown', bought: 0 });
    await settleOrder(ledger, id, { nothing: true }, BY, { againstEvidence: true });
    expect((await sendWaiting(ledger, plan)).map(({ quantity }) => quantity)).toEqual([10]);
  });
});
