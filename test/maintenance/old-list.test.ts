import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { reconcile, reconcileDue, takeBaseline } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { until } from '../support/until.ts';

describeOnALedger('the list before an order', (given) => {
  /** Counts the readings of its list. */
  const begin = async () => {
    const plan = await given.newPlan({ lines: linesOf(2) });
    const seen = { owned: newNumbers(5), reads: 0, isDown: false };
    const place = given.reconcilingBy(plan, () => {
      seen.reads += 1;
      if (seen.isDown) throw new Error('away');
      return seen.owned;
    });
    await takeBaseline(place);
    await given.sql(`update ledger.accounts set vouched_for = ledger.incarnation()`);
    return { plan, place, seen };
  };

  /** Everything that happened lies so much longer ago. */
  const age = async ({ account }: SmallPlan, hours: number) => {
    const by = [account.id, `${hours} h`];
    await given.sql(
      `update ledger.listings set ended_at = ended_at - $2::interval where account_id = $1`,
      by,
    );
    await given.sql(
      'update ledger.accounts set reconciled_at = reconciled_at - $2::interval where id = $1',
      by,
    );
  };

  test.each([
    ['by a week or less', 167, 'nothing'],
    ['by more than a week', 169, 'open'],
  ])('decides that nothing was bought when it is older than that %s', async (_, hours, finding) => {
    const { plan, place } = await begin();
    await age(plan, hours);
    await given.sendOne(plan, 'unknown');
    await given.passTime(plan.account, 600_000);
    expect((await reconcile(place)).proposals).toMatchObject([{ finding }]);
  });

  test('decides, however old it is, that an order has bought all its numbers', async () => {
    const { plan, place, seen } = await begin();
    await age(plan, 1000);
    await given.sendOne(plan, 'unknown');
    await given.passTime(plan.account, 600_000);
    seen.owned = [...seen.owned, ...newNumbers(2)];
    expect((await reconcile(place)).settled).toMatchObject([{ state: 'filled' }]);
  });

  test('is read again before an order is sent that was refused since', async () => {
    const { plan, place, seen } = await begin();
    await given.passTime(plan.account, 1_000);
    await given.sendOne(plan, 'refused');
    await takeBaseline(place);
    expect(seen.reads).toBe(1);
    await given.retryPlan(plan.id, BY);
    await takeBaseline(place);
    await takeBaseline(place);
    expect(seen.reads).toBe(2);
    seen.owned = [...seen.owned, ...newNumbers(2)];
    const again = await given.claimOne(plan);
    await given.passTime(plan.account, 1_000);
    await given.record(plan, answerTo(again, 'refused'));
    await given.retryPlan(plan.id, BY);
    await takeBaseline(place);
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
  });

  test('is read again before a plan asks again for what its remainder was refused', async () => {
    const { plan, place, seen } = await begin();
    await given.sendOne(plan, 'not_sent', { state: 'undelivered' });
    await given.endPlans(plan.account.id);
    const rest = await given.submitRemainder(plan);
    await given.steerPlan(rest.id, 'start', BY);
    await takeBaseline(place);
    await given.passTime(plan.account, 1_000);
    await given.sendOne(rest, 'refused');
    await given.steerPlan(rest.id, 'cancel', BY);
    await given.endPlans(plan.account.id);
    await given.retryPlan(plan.id, BY);
    seen.owned = [...seen.owned, ...newNumbers(2)];
    const { reads } = seen;
    await takeBaseline(place);
    await takeBaseline(place);
    expect(seen.reads).toBe(reads + 1);
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.orderRow(rest.orders[0]!)).toMatchObject({ state: 'unknown' });
  });

  describe('of an account that was refused what a plan of another one asks for', () => {
    /** `asks` counts the looks for it. */
    const beginElsewhere = async () => {
      const { plan, place, seen } = await begin();
      await given.passTime(plan.account, 1_000);
      await given.sendOne(plan, 'refused');
      await given.endPlans(plan.account.id);
      const account = await given.newAccount();
      const text = await given.textOf(plan, 'remainder.csv');
      const { store } = await given.lookAt({ ...plan, account }, text, 'remainder.csv', true);
      const rest = await store();
      await given.steerPlan(rest.id, 'start', BY);
      const asked = { asks: 0 };
      const query: Ledger['query'] = (statement, values) => {
        if (statement.includes('lacks_baseline')) asked.asks += 1;
        return given.ledger.query(statement, values);
      };
      const elsewhere = given.reconcilingBy(rest, () => []);
      await age(plan, 0.1);
      return {
        plan,
        place,
        seen,
        rest,
        asked,
        elsewhere: { ...elsewhere, ledger: { ...given.ledger, query } },
      };
    };

    test('is waited for before an order is sent', async () => {
      const { plan, place, seen, rest, asked, elsewhere } = await beginElsewhere();
      let isTaken = false;
      const taking = takeBaseline(elsewhere).then(() => {
        isTaken = true;
      });
      await until(() => asked.asks > 3, { what: 'it waits' });
      expect(isTaken).toBe(false);
      seen.owned = [...seen.owned, ...newNumbers(2)];
      await reconcileDue(place);
      await taking;
      expect(seen.reads).toBe(2);
      expect(await given.claim(rest)).toEqual([]);
      expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
    });

    test('is not waited for longer than for one of its own', async () => {
      const { elsewhere, asked } = await beginElsewhere();
      const timer = (_: number, ring: () => void) => {
        const waiting = setTimeout(ring, 50);
        return () => clearTimeout(waiting);
      };
      await takeBaseline({ ...elsewhere, timer });
      expect(asked.asks).toBe(2);
    });
  });

  test('is read again every six hours while orders may be sent', async () => {
    const { plan, place, seen } = await begin();
    const readsAfter = async (hours: number) => {
      await age(plan, hours);
      await reconcileDue(place);
      await reconcileDue(place);
      return seen.reads;
    };
    expect([await readsAfter(0), await readsAfter(5), await readsAfter(2)]).toEqual([1, 1, 2]);
    seen.isDown = true;
    expect([await readsAfter(7), await readsAfter(0), await readsAfter(0.2)]).toEqual([3, 3, 4]);
    await given.steerPlan(plan.id, 'pause', { who: 'Ada' });
    expect(await readsAfter(7)).toBe(4);
  });

  test('is read again soon when it may be cut off', async () => {
    const { plan, place, seen } = await begin();
    const whole = seen.owned;
    seen.owned = whole.slice(0, 4);
    await age(plan, 7);
    await reconcileDue(place);
    seen.owned = whole;
    for (const hours of [0.1, 0.1]) {
      await age(plan, hours);
      await reconcileDue(place);
    }
    expect(seen.reads).toBe(3);
  });
});
