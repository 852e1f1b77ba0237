import { expect, test } from 'vitest';
import { type AnswerRecord, orderId } from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/index.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import type { SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { memoryStore, withAnswers } from './vouching.ts';

const DAY_MS = 86_400_000;

describeOnALedger('successors that a ledger which went back has lost', (given) => {
  /** One order that brought 4 of 10, as the ledger knows. */
  const shortPlan = async (): Promise<SmallPlan> => {
    const plan = await given.ladderPlan({ quantities: [10] });
    await given.sendOne(plan, 'short', { numbers: newNumbers(4) });
    return plan;
  };
  const successor = ({ id }: SmallPlan, generation: number) => orderId(id, 1 + generation);

  /** The plan's order and these successors were sent, and the ledger will have lost them. */
  const losing = async (plan: SmallPlan, successors = [2], store = memoryStore()) => {
    const { vouch, witness } = await given.openVouching({ plan, store });
    const known = await given.sentOf(plan, 0, 1);
    const marks = [known, ...successors.map((order) => ({ ...known, order }))];
    await witness.mark(marks, callWith(await witness.ticket()));
    const find = async () => {
      await given.moveOn();
      expect(await vouch()).toBe(true);
    };
    return { find };
  };

  test('are made again in their place, and are unknown like every lost order', async () => {
    const plan = await shortPlan();
    const { find } = await losing(plan);
    await find();
    expect(await given.orderRow(successor(plan, 1))).toMatchObject({
      state: 'unknown',
      attempts: 1,
    });
    expect(await given.ground(plan)).toMatchObject({
      isVouchedFor: true,
      pausedReason: expect.stringContaining('did not know of orders that had been sent'),
    });
    expect(await given.openSuccessors(plan.account.id, DAY_MS)).toBe(0);
  });

  test('are judged by no list of before their deadlines: a sender may be alive', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    const [before, bought] = [newNumbers(1), newNumbers(4)];
    await given.readList(plan.account, before);
    await given.sendOne(plan, 'short', { numbers: bought });
    const { find } = await losing(plan);
    await find();
    const list = () => [...before, ...bought];
    const judged = async () => {
      const { proposals } = await reconcile(given.reconcilingBy(plan, list));
      const { state } = await given.orderRow(successor(plan, 1));
      return { findings: proposals.map(({ finding }) => finding), state };
    };
    expect(await judged()).toEqual({ findings: ['later'], state: 'unknown' });
    await given.passTime(plan.account, 60_000);
    expect(await judged()).toEqual({ findings: ['nothing'], state: 'waiting' });
  });

  test('may have bought what their family lacks, also when they are not made again', async () => {
    const plan = await shortPlan();
    const { find } = await losing(plan);
    await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
    await find();
    expect(await given.findPlan(plan.id)).toMatchObject({ successors: 0, short: 6 });
    expect([...(await given.withheldNumbers(plan.id))]).toEqual([[2, 6]]);
  });

  test('get the answers that were kept of them, one after the other', async () => {
    const plan = await shortPlan();
    const known = await given.sentOf(plan, 0, 1);
    const answerOf = (order: number, numbers: string[], state: 'short' | 'filled') => {
      const base = { id: orderId(plan.id, order), attempt: 1, nonce: 7, planKey: known.planKey };
      const record: AnswerRecord = answerTo(base as Parameters<typeof answerTo>[0], state, {
        numbers,
      });
      return { planKey: known.planKey, attempt: 1, order, record };
    };
    const answers = [answerOf(3, newNumbers(5), 'filled'), answerOf(2, newNumbers(1), 'short')];
    const journal = withAnswers(memoryStore(), answers);
    const { find } = await losing(plan, [2, 3], journal);
    await find();
    expect(await given.orderRow(successor(plan, 1))).toMatchObject({ state: 'short', bought: 1 });
    expect(await given.orderRow(successor(plan, 2))).toMatchObject({ state: 'filled', bought: 5 });
    expect(await given.attemptsOf(successor(plan, 2))).toMatchObject([{ outcome: 'filled' }]);
  });

  test('prove that the order before them had ended: it is never sent again', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    const { find } = await losing(plan);
    await find();
    const [root] = plan.orders as [number];
    expect(await given.orderRow(root)).toMatchObject({ state: 'unknown' });
    const by = { who: 'Ada', why: 'she asked the vendor' };
    const settled = await given.settleOrder(root, { nothing: true }, by, { againstEvidence: true });
    expect(settled).toMatchObject({ state: 'short', bought: 0 });
  });

  test('are not made for a short order of which a later attempt comes to light', async () => {
    const plan = await given.ladderPlan({ quantities: [10] });
    const { order } = await given.sendOne(plan, 'short');
    await given.openSuccessors(plan.account.id, DAY_MS);
    const { vouch, sentUnknown } = await given.openVouching({ ...{ plan, store: memoryStore() } });
    await sentUnknown(0, 2);
    await given.moveOn();
    expect(await vouch()).toBe(true);
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'unknown', attempts: 2 });
    expect(await given.orderRow(successor(plan, 1))).toBeUndefined();
    expect(await given.openSuccessors(plan.account.id, DAY_MS)).toBe(0);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });
});
