/** What an order lacks only by somebody's word is asked for elsewhere, and the list has it. */
import { describe, expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';
import { contradictedOn } from './contradicted-scene.ts';

describeOnALedger('what a successor asks for, and the list', (given) => {
  const { list, look, first, settle, open, end, breaches, settled } = contradictedOn(given);

  describe('a successor', () => {
    const planOf = (wishes: { keepTrying?: string } = {}) =>
      given.ladderPlan({ steps: [step(1, '332')], quantities: [10], ...wishes });

    /** A successor waits for what is lacking. */
    const followed = async () => {
      const plan = await planOf();
      const bought = await settled(plan);
      expect(await open(plan)).toBe(1);
      expect(await look(plan)).toMatchObject({ bought: 3, pending: 7 });
      return { plan, bought };
    };

    test('is withdrawn, and the settlement taken back, once a list has more', async () => {
      const { plan, bought } = await followed();
      const more = newNumbers(4);
      await list(plan, ...bought, ...more);
      expect(await look(plan)).toMatchObject({ unknown: 10, bought: 0, successors: 0 });
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        {
          ...{ kind: 'order_unsettled', who: 'witness', orderId: plan.orders[0] },
          why: expect.stringContaining('no order has'),
          detail: { was: 'short', numbers: bought },
        },
      ]);
      expect(await open(plan)).toBe(0);
      expect(await breaches(plan)).toEqual([]);
      await settle(plan, [...bought, ...more]);
      expect(await open(plan)).toBe(1);
      expect(await given.sendWaiting(plan)).toMatchObject([{ quantity: 3 }]);
      expect(await given.numbersOf(plan.orders[0]!)).toHaveLength(7);
    });

    test('waits on while the list has only what the order cannot have bought', async () => {
      const { plan, bought } = await followed();
      await list(plan, ...bought, ...newNumbers(4, '313'));
      expect(await look(plan)).toMatchObject({ bought: 3, pending: 7 });
    });

    test('waits on when the vendor itself said what was bought', async () => {
      const plan = await planOf();
      await list(plan);
      const { answer } = await given.sendOne(plan, 'short', { numbers: newNumbers(3) });
      expect(await open(plan)).toBe(1);
      await list(plan, ...answer.numbers, ...newNumbers(4));
      expect(await look(plan)).toMatchObject({ bought: 3, pending: 7 });
    });

    test('is not made while a line waits for its next try', async () => {
      const plan = await given.ladderPlan({
        ...{ steps: [], quantities: [10], keepTrying: '30d' },
      });
      const bought = await settled(plan);
      await open(plan);
      await end(plan);
      expect(await look(plan)).toMatchObject({ state: 'standing', bought: 3 });
      await list(plan, ...bought, ...newNumbers(4));
      expect(await first(plan)).toMatchObject({ state: 'unknown', bought: 0 });
    });

    test('that was sent, and waits again, is not sent any more', async () => {
      const { plan, bought } = await followed();
      const [successor] = await given.sendWaiting(plan);
      await given.record(plan, answerTo(successor!, 'throttled'));
      await list(plan, ...bought, ...newNumbers(4));
      expect(await given.claim(plan, [successor!.id])).toEqual([]);
      await given.doubtFinal(plan.account.id);
      expect(await look(plan)).toMatchObject({ bought: 3, unknown: 7 });
      expect(await breaches(plan)).toEqual([]);
    });
  });

  test('is not settled as nothing without a word on those before it', async () => {
    const plan = await given.ladderPlan({ steps: [], quantities: [10], keepTrying: '30d' });
    await list(plan);
    await given.sendOne(plan, 'unknown');
    await list(plan);
    await given.settleOrder(plan.orders[0]!, NOTHING, BY);
    await given.sendOne(plan, 'short');
    await open(plan);
    await end(plan);
    await given.makeDue(plan);
    const [successor] = await given.sendWaiting(plan);
    await given.record(plan, answerTo(successor!, 'unknown'));
    const strays = newNumbers(10);
    await list(plan, ...strays);
    const settling = given.settleOrder(successor!.id, NOTHING, BY);
    await expect(settling).rejects.toMatchObject({
      code: 'against_evidence',
      message: expect.stringContaining(`may have sold to order ${plan.orders[0]}:`),
    });
    await expect(
      given.settleOrder(successor!.id, { bought: strays.slice(1) }, BY),
    ).rejects.toMatchObject({
      message: expect.stringMatching(`1 number .* may have sold to order ${plan.orders[0]}:`),
    });
    await given.settleOrder(successor!.id, NOTHING, BY, ANYHOW);
    await list(plan, ...strays);
    expect(await given.claim(plan, [successor!.id])).toMatchObject([{ quantity: 10 }]);
  });

  test('is not tried again after a refusal without a word', async () => {
    const plan = await given.ladderPlan({ steps: [step(1, '332')], quantities: [10] });
    const bought = await settled(plan);
    await open(plan);
    const [successor] = await given.sendWaiting(plan);
    await given.record(plan, answerTo(successor!, 'refused'));
    const more = newNumbers(4);
    await list(plan, ...bought, ...more);
    expect(await first(plan)).toMatchObject({ state: 'short', bought: 3 });
    await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({
      code: 'against_evidence',
      message: expect.stringContaining(`may have sold to order ${plan.orders[0]}:`),
    });
    expect(await given.retryPlan(plan.id, BY, ANYHOW)).toBe(1);
    await list(plan, ...bought, ...more);
    expect(await given.claim(plan, [successor!.id])).toMatchObject([{ quantity: 7 }]);
  });
});
