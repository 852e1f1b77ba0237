import { expect, test } from 'vitest';
import {
  doubtFinal,
  openSuccessors,
  settleOrder,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { goOn, ladderPlan, sellEach, sendWaiting, step } from '../../support/ladder-plan.ts';
import { numbersOf, orderRow, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import {
  answerTo,
  claim,
  newNumbers,
  readList,
  record,
  sendOne,
  settleInPart,
} from '../../support/sending.ts';

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

  /**
   * The successor of the first of two orders is settled with a part of what it bought, so the
   * second gets one, which waits. Then the late answer tells all that the first bought.
   */
  test('is not exceeded by a successor that waits when a late sale uses it up', async () => {
    const { ledger } = given;
    const steps = [step(1, '332', { cap: 8 }), step(2, '646')];
    const plan = await ladderPlan(ledger, { steps, fallback: 'to:332=8 to:646', quantities: [30] });
    const [first, second] = plan.orders as [number, number];
    const open = () => openSuccessors(ledger, plan.account.id, 3_600_000);
    await sendOne(ledger, plan, 'short', {}, first);
    expect(await open()).toBe(1);
    const { order: sold, named } = await settleInPart(ledger, plan, 2, first + 2);
    expect(sold).toMatchObject({ quantity: 8, areaCode: '332' });
    await sendOne(ledger, plan, 'short', {}, second);
    await open();
    const waiting = second + 2;
    const [row] = await sql<{ state: string; quantity: number }>(
      ledger,
      'select state, quantity from ledger.orders where id = $1',
      [waiting],
    );
    expect(row).toEqual({ state: 'waiting', quantity: 5 });
    await record(ledger, plan, answerTo(sold, 'filled', { numbers: named }));
    expect(await numbersOf(ledger, sold.id, 'disputes')).toHaveLength(6);
    const before = await claim(ledger, plan, [waiting]);
    await doubtFinal(ledger, plan.account.id);
    await open();
    const sent = await claim(ledger, plan, [waiting]);
    expect([...before, ...sent].filter(({ areaCode }) => areaCode === '332')).toEqual([]);
  });
});
