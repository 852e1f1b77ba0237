/** What an order lacks by somebody's word, a plan of its remainder asks for; the list has it. */
import { describe, expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';
import { contradictedOn, UNPROVEN } from './contradicted-scene.ts';

describeOnALedger('what a plan of the remainder asks for, and the list', (given) => {
  const { list, look, first, settle, open, end, breaches, refuseAndCancel, settled } =
    contradictedOn(given);

  describe('a plan of the remainder', () => {
    const remainderOf = async (plan: SmallPlan): Promise<SmallPlan> => {
      await end(plan);
      const rest = await given.submitRemainder(plan);
      await given.steerPlan(rest.id, 'start', BY);
      return rest;
    };
    const isStopped = async (plan: SmallPlan, rest: SmallPlan) => {
      const reason = expect.stringContaining(`plan ${plan.id} may have bought`);
      expect(await look(rest)).toMatchObject({ state: 'paused', reason });
      expect(await given.claim(rest)).toEqual([]);
      expect(await breaches(plan)).toEqual([]);
    };

    const isNotStarted = async (plan: SmallPlan, rest: SmallPlan) => {
      await expect(given.steerPlan(rest.id, 'start', BY)).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining(`overtaken: plan ${plan.id} may have bought`),
      });
      expect(await breaches(plan)).toEqual([]);
    };

    test('pauses once a list has what a refused order may have bought', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'refused', UNPROVEN);
      const rest = await remainderOf(plan);
      await list(plan);
      expect(await look(rest)).toMatchObject({ state: 'running' });
      await list(plan, ...newNumbers(10));
      await isStopped(plan, rest);
      expect(await first(plan)).toMatchObject({ state: 'unknown' });
      // A person says that it bought nothing: then each of the two plans may buy that.
      await given.settleOrder(plan.orders[0]!, NOTHING, BY, { attempt: 2, ...ANYHOW });
      expect(await look(plan)).toMatchObject({ state: 'paused' });
    });

    test('does not start when the list had what a refused order may have bought', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'refused', UNPROVEN);
      await end(plan);
      await list(plan, ...newNumbers(10));
      expect(await first(plan)).toMatchObject({ state: 'refused' });
      await isNotStarted(plan, await given.submitRemainder(plan));
      expect(await first(plan)).toMatchObject({ state: 'unknown' });
    });

    test('does not start when the list had more than an order was settled with', async () => {
      const plan = await given.newPlan();
      const bought = await settled(plan);
      await end(plan);
      await list(plan, ...bought, ...newNumbers(4));
      const rest = await given.submitRemainder(plan);
      expect(await look(rest)).toMatchObject({ requested: 7 });
      await isNotStarted(plan, rest);
      expect([...(await given.withheldNumbers(plan.id)).values()]).toEqual([7]);
    });

    test('pauses once a list has more than an order was settled with', async () => {
      const plan = await given.newPlan();
      const bought = await settled(plan);
      const rest = await remainderOf(plan);
      expect(await look(rest)).toMatchObject({ requested: 7 });
      await list(plan, ...bought, ...newNumbers(4));
      await isStopped(plan, rest);
      expect(await first(plan)).toMatchObject({ state: 'short', bought: 3 });
      expect([...(await given.withheldNumbers(plan.id)).values()]).toEqual([7]);
      await given.steerPlan(rest.id, 'resume', BY, { again: true });
      await list(plan, ...bought, ...newNumbers(5));
      expect(await given.claim(rest)).toMatchObject([{ quantity: 7 }]);
    });

    test('pauses once a list has what an order of a cancelled plan may have bought', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'unknown');
      await list(plan);
      await given.steerPlan(plan.id, 'pause', BY);
      await given.settleOrder(plan.orders[0]!, NOTHING, BY);
      await given.steerPlan(plan.id, 'cancel', BY);
      const rest = await remainderOf(plan);
      await list(plan, ...newNumbers(10));
      await isStopped(plan, rest);
    });

    /** Its order was not delivered, and then a list has what the plan's order was refused. */
    const isNotTriedAgain = async (plan: SmallPlan, rest: SmallPlan) => {
      await given.sendOne(rest, 'not_sent', { state: 'undelivered' });
      await end(rest);
      await list(plan, ...newNumbers(10));
      expect(await first(plan)).toMatchObject({ state: 'refused' });
      await given.retryPlan(rest.id, BY);
      await isStopped(plan, rest);
      expect(await first(plan)).toMatchObject({ state: 'unknown' });
    };

    test('is not tried again once a list has what an order may have bought', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'refused', UNPROVEN);
      const rest = await remainderOf(plan);
      await isNotTriedAgain(plan, rest);
    });

    test('stops its own plan, cancelled, once a list has what it was refused', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'not_sent', { state: 'undelivered' });
      const rest = await remainderOf(plan);
      await refuseAndCancel(rest);
      await given.retryPlan(plan.id, BY);
      await list(plan, ...newNumbers(10));
      await isStopped(rest, plan);
      expect(await first(rest)).toMatchObject({ state: 'unknown' });
      await given.settleOrder(rest.orders[0]!, NOTHING, BY, { attempt: 2, ...ANYHOW });
      await end(rest);
      await given.steerPlan(plan.id, 'resume', BY, { again: true });
      expect(await given.claim(plan)).toMatchObject([{ quantity: 10 }]);
    });

    test('holds up its plan where an order of that bought a part after all', async () => {
      const plan = await given.ladderPlan({ steps: [step(1, '332')], quantities: [10, 10] });
      await list(plan);
      for (const order of plan.orders) await given.sendOne(plan, 'refused', {}, order);
      const rest = await remainderOf(plan);
      const { answer } = await given.sendOne(rest, 'filled');
      const part = newNumbers(3);
      await list(plan, ...answer.numbers, ...part);
      await isStopped(plan, rest);
      await settle(plan, part);
      expect(await open(plan)).toBe(1);
      await isStopped(rest, plan);
      expect(await given.sendWaiting(plan)).toEqual([]);
      await given.steerPlan(plan.id, 'resume', BY, { again: true });
      expect(await given.sendWaiting(plan)).toMatchObject([{ quantity: 7, areaCode: '332' }]);
    });

    describe('that is bought for another account', () => {
      const refusedPlan = async () => {
        const plan = await given.newPlan();
        await list(plan);
        await given.sendOne(plan, 'refused', UNPROVEN);
        await end(plan);
        return plan;
      };
      const buyFor = async (plan: SmallPlan): Promise<SmallPlan> => {
        const account = await given.newAccount();
        const text = await given.textOf(plan, 'remainder.csv');
        const { store } = await given.lookAt({ ...plan, account }, text, 'remainder.csv', true);
        return store();
      };
      const startFor = async (plan: SmallPlan): Promise<SmallPlan> => {
        const rest = await buyFor(plan);
        await given.steerPlan(rest.id, 'start', BY);
        await list(rest);
        return rest;
      };

      test('pauses once the list of its plan has what that was refused', async () => {
        const plan = await refusedPlan();
        const rest = await startFor(plan);
        await list(rest, ...newNumbers(10));
        expect(await first(plan)).toMatchObject({ state: 'refused' });
        await list(plan, ...newNumbers(10));
        await isStopped(plan, rest);
      });

      test('is not tried again once the list of its plan has that', async () => {
        const plan = await refusedPlan();
        const rest = await startFor(plan);
        await isNotTriedAgain(plan, rest);
      });

      test('stops its own plan, cancelled, once its list has what it was refused', async () => {
        const plan = await given.newPlan();
        await list(plan);
        await given.sendOne(plan, 'not_sent', { state: 'undelivered' });
        await end(plan);
        const rest = await startFor(plan);
        await refuseAndCancel(rest);
        await list(rest, ...newNumbers(10));
        expect(await first(rest)).toMatchObject({ state: 'refused' });
        await given.retryPlan(plan.id, BY);
        await isStopped(rest, plan);
      });

      test('and cancelled stops another one once its list had what it was refused', async () => {
        const plan = await refusedPlan();
        const earlier = await startFor(plan);
        await refuseAndCancel(earlier);
        await list(earlier, ...newNumbers(10));
        expect(await first(earlier)).toMatchObject({ state: 'refused' });
        const rest = await given.submitRemainder(plan);
        await isNotStarted(earlier, rest);
      });

      test('does not start when the list of its plan had that', async () => {
        const plan = await refusedPlan();
        await list(plan, ...newNumbers(10));
        await isNotStarted(plan, await buyFor(plan));
      });
    });

    test('that is bought leaves what was said of its plan as it is', async () => {
      const plan = await given.newPlan();
      await list(plan);
      await given.sendOne(plan, 'refused');
      const rest = await remainderOf(plan);
      const order = await given.claimOne(rest);
      const { numbers } = answerTo(order, 'filled');
      await given.record(rest, answerTo(order, 'filled', { numbers }));
      await end(rest);
      await list(plan, ...numbers, ...newNumbers(10));
      expect(await first(plan)).toMatchObject({ state: 'refused' });
    });
  });
});
