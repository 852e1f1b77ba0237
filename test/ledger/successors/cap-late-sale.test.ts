/**
 * Two orders of a line share the cap of a rung. The successor of the first is settled with a part
 * of what it bought, so the second gets one, which waits. Then the late answer tells all that the
 * first bought.
 */
import { expect, test } from 'vitest';
import { doubtFinal, openSuccessors } from '../../../src/ledger/index.ts';
import { ladderPlan, step } from '../../support/ladder-plan.ts';
import { numbersOf, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, claim, record, sendOne, settleInPart } from '../../support/sending.ts';

const EVERY_MS = 3_600_000;
const CAP = 8;

describeOnALedger('the cap of a rung', (given) => {
  test('is not exceeded by a successor that waits when a late sale uses it up', async () => {
    const { ledger } = given;
    const steps = [step(1, '332', { cap: CAP }), step(2, '646')];
    const plan = await ladderPlan(ledger, { steps, fallback: 'to:332=8 to:646', quantities: [30] });
    const [first, second] = plan.orders as [number, number];
    const open = () => openSuccessors(ledger, plan.account.id, EVERY_MS);
    await sendOne(ledger, plan, 'short', {}, first);
    expect(await open()).toBe(1);
    const { order: sold, named } = await settleInPart(ledger, plan, 2, first + 2);
    expect(sold).toMatchObject({ quantity: CAP, areaCode: '332' });
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
