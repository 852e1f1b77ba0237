import { expect, test } from 'vitest';
import { settleOrder, unsettleOrder } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { goOn, sellEach, sendWaiting, step } from '../../support/ladder-plan.ts';
import { orderRow } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

describeOnALedger('the cap of a rung', (given) => {
  /** Two families lack numbers; the first one's order on the rung is unknown. */
  const begin = async () => {
    const { ledger } = given;
    const steps = [step(1, '332', { cap: 10 })];
    const plan = await given.ladderPlan({ steps, fallback: 'overlay:10', quantities: [35] });
    await given.sellEach(plan, 0, 0);
    const [order] = await given.sendWaiting(plan);
    await given.record(plan, answerTo(order!, 'unknown', { status: 502 }));
    const one = newNumbers(1, '332');
    await given.readList(plan.account, one);
    await given.settleOrder(order!.id, { bought: one }, BY);
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
    const steps = [step(1, '332', { cap: 8 }), step(2, '646')];
    const plan = await given.ladderPlan({ steps, fallback: 'to:332=8 to:646', quantities: [30] });
    const [first, second] = plan.orders as [number, number];
    const open = () => given.openSuccessors(plan.account.id, 3_600_000);
    await given.sendOne(plan, 'short', {}, first);
    expect(await open()).toBe(1);
    const { order: sold, named } = await given.settleInPart(plan, 2, first + 2);
    expect(sold).toMatchObject({ quantity: 8, areaCode: '332' });
    await given.sendOne(plan, 'short', {}, second);
    await open();
    const waiting = second + 2;
    const [row] = await given.sql<{ state: string; quantity: number }>(
      'select state, quantity from ledger.orders where id = $1',
      [waiting],
    );
    expect(row).toEqual({ state: 'waiting', quantity: 5 });
    await given.record(plan, answerTo(sold, 'filled', { numbers: named }));
    expect(await given.numbersOf(sold.id, 'disputes')).toHaveLength(6);
    const before = await given.claim(plan, [waiting]);
    await given.doubtFinal(plan.account.id);
    await open();
    const sent = await given.claim(plan, [waiting]);
    expect([...before, ...sent].filter(({ areaCode }) => areaCode === '332')).toEqual([]);
  });
});
