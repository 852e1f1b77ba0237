import { describe, expect, test } from 'vitest';
import type { ClaimedOrder } from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';

describeOnALedger('numbers that were bought outside this program', (given) => {
  const over = (plan: SmallPlan, list: string[]) =>
    given.reconcilingBy(plan, () => list, { mode: 'propose' });

  test('leave an unknown order to a person, also when somebody said so', async () => {
    const plan = await given.newPlan();
    const known = '9175550100';
    await given.readList(plan.account, [known]);
    const order = await given.claimOne(plan, undefined, { deadlineMs: 0 });
    await given.record(plan, answerTo(order, 'unknown'));
    // One that it asked for, and one that nobody did.
    const list = [...newNumbers(1), '9075550100'];
    const judged = async () => {
      await reconcile(over(plan, [known, ...list]));
      return given.findVerdict(order.id);
    };
    expect(await judged()).toMatchObject({ finding: 'open', numbers: list });
    await given.callForeign(plan, list);
    expect(await judged()).toMatchObject({
      ...{ finding: 'open', numbers: list.slice(0, 1) },
      why: expect.stringContaining(
        'and 1 that somebody called foreign and that this order, or one',
      ),
    });
  });

  test('cast no doubt on the verdicts that are made once somebody said so', async () => {
    const plan = await given.newPlan({ lines: linesOf(3, 2) });
    await given.readList(plan.account, []);
    const [one, other] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
    await given.record(plan, answerTo(one, 'unknown'), answerTo(other, 'unknown'));
    await given.passTime(plan.account, 600_000);
    // One more than they lack, and one that nobody asked for.
    const list = [...newNumbers(6), '9075550199'];
    const [strange, elsewhere] = [list[0]!, list[6]!];
    const verdicts = async () => {
      await reconcile(over(plan, list));
      return Promise.all([one, other].map(({ id }) => given.findVerdict(id)));
    };
    expect(await verdicts()).toMatchObject([{ finding: 'open' }, { finding: 'open' }]);
    await given.callForeign(plan, [strange, elsewhere]);
    expect(await verdicts()).toMatchObject([
      { finding: 'bought', isClear: true, numbers: list.slice(1, 4) },
      { finding: 'bought', isClear: true, numbers: list.slice(4, 6) },
    ]);
    expect(await given.strays(plan.account.id)).toMatchObject([
      { number: strange, isForeign: true, order: null },
      ...list.slice(1, 4).map((number) => ({ number, isForeign: false, order: one.id })),
      ...list.slice(4, 6).map((number) => ({ number, isForeign: false, order: other.id })),
      { number: elsewhere, isForeign: true, order: null },
    ]);
  });

  /** Two orders for ten numbers. After a restore the account owns two that the ledger lacks. */
  const restored = async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    const [old, ...others] = newNumbers(3) as [string, ...string[]];
    await given.readList(plan.account, [old]);
    await given.moveOn();
    const list = [old, ...others];
    await lookForLost(over(plan, list));
    await given.vouchNow(plan);
    await reconcile(over(plan, list));
    return { plan, list, others };
  };
  const states = ({ orders }: SmallPlan) =>
    Promise.all(orders.map(async (id) => (await given.orderRow(id)).state));

  test('put no order in doubt after a restore, once a person said so', async () => {
    const { plan, list, others } = await restored();
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
    expect((await given.ground(plan)).pausedReason).toContain(
      'If they were bought outside this program, say so with "strays ',
    );
    // The list alone says that the order bought them.
    await given.callForeign(plan, others, ANYHOW);
    // Without that, its settlement would put the next one in doubt.
    await given.settleOrder(plan.orders[0]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
    const later = await given.newPlan({ account: plan.account });
    await suspectNewPlans(over(later, list));
    expect(await states(later)).toEqual(['waiting']);
  });

  describe('put orders in doubt again when that is taken back', () => {
    /** The first order is settled as nothing, and waits again. */
    const cleared = async () => {
      const scene = await restored();
      await given.callForeign(scene.plan, scene.others, ANYHOW);
      await given.settleOrder(scene.plan.orders[0]!, NOTHING, BY, ANYHOW);
      return scene;
    };
    const takeBack = ({ plan, others }: Awaited<ReturnType<typeof cleared>>) =>
      given.callForeign(plan, others, { undo: true });

    test('as far as they still wait', async () => {
      const scene = await cleared();
      await takeBack(scene);
      expect(await states(scene.plan)).toEqual(['unknown', 'waiting']);
    });

    test('also beside an unknown order that was sent since', async () => {
      const scene = await cleared();
      const { plan, list } = scene;
      await given.readList(plan.account, list);
      await given.changeAccount(plan.account.name, { resume: true }, BY);
      await given.sendOne(plan, 'unknown', {}, plan.orders[1]);
      await takeBack(scene);
      expect(await states(plan)).toEqual(['unknown', 'unknown']);
    });

    test('but not for numbers that nobody called foreign', async () => {
      const { plan, list } = await restored();
      const [old] = list as [string];
      for (const order of plan.orders) await given.settleOrder(order, NOTHING, BY, ANYHOW);
      expect(await states(plan)).toEqual(['waiting', 'waiting']);
      await given.callForeign(plan, [old]);
      await given.callForeign(plan, [old], { undo: true });
      expect(await states(plan)).toEqual(['waiting', 'waiting']);
    });
  });
});
