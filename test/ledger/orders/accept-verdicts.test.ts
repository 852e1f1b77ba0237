import { beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import { acceptVerdicts, type ClaimedOrder, type Ledger } from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

const BY = { who: 'Ada', why: 'looked' };

describeOnALedger('clear verdicts that a person looked at', (given) => {
  let plan: SmallPlan;
  let orders: ClaimedOrder[];

  /** Unknown orders of 25, of which every second one bought all, by its verdict. */
  async function unknownOrders(many: number): Promise<void> {
    plan = await given.newPlan({ lines: linesOf(many * 25) });
    orders = await given.claim(plan);
    const answers = orders.map((order) => answerTo(order, 'unknown', { body: 'cut off' }));
    await given.record(plan, ...answers);
    const numbers = newNumbers(Math.floor(many / 2) * 25);
    await given.readList(plan.account, numbers);
    await given.keepVerdicts(
      orders.map((order, at) =>
        verdict(order, at % 2 === 1 ? numbers.slice((at >> 1) * 25, ((at >> 1) + 1) * 25) : []),
      ),
    );
  }

  const verdict = ({ id, attempt }: ClaimedOrder, numbers: string[]): Verdict => ({
    ...{ order: id, attempt, isClear: true, numbers, why: 'The list shows it.' },
    finding: numbers.length > 0 ? 'bought' : 'nothing',
  });
  const looked = () => given.clearVerdicts({ planId: plan.id });
  const accept = (verdicts: Awaited<ReturnType<typeof looked>>, by = BY) =>
    given.acceptVerdicts(verdicts, by);
  const stateOf = async (at: number) => (await given.orderRow(orders[at]!.id)).state;
  const ids = (...places: number[]) => places.map((at) => orders[at]!.id);

  describe('of a few orders', () => {
    beforeEach(() => unknownOrders(4));

    test('are accepted again by a new look once a settlement is taken back', async () => {
      const before = await looked();
      await accept(before);
      await given.unsettleOrder(orders[0]!.id, BY);
      expect(await accept(before.slice(0, 1))).toMatchObject({ settled: [] });
      expect(await accept(await looked())).toMatchObject({
        ...{ settled: [{ order: orders[0]!.id, state: 'waiting' }], left: [] },
      });
    });

    test('are listed with what each says, by pages, and counted', async () => {
      const all = await looked();
      expect(all.map(({ order }) => order)).toEqual(ids(0, 1, 2, 3));
      expect(all[1]).toMatchObject({
        ...{ plan: plan.id, planName: 'plan.csv', line: 2, areaCode: '212', type: 'local' },
        ...{ attempt: 1, lacking: 25, finding: 'bought', why: 'The list shows it.' },
      });
      expect(all[1]?.numbers).toHaveLength(25);
      const page = { after: ids(0)[0]!, limit: 2 };
      expect(await given.clearVerdicts({ planId: plan.id }, page)).toEqual(all.slice(1, 3));
      const counts = await given.verdictCounts({ planId: plan.id });
      expect(counts).toEqual({ bought: 2, nothing: 2, unclear: 0, open: 0 });
      const mine = { accountId: plan.account.id };
      expect(await given.clearVerdicts(mine)).toEqual(all);
    });

    test('are all accepted, those that bought first, and no other is', async () => {
      const [first, second, third] = (await looked()) as [never, never, never];
      const { settled, left } = await accept([first, second, third, first]);
      expect(settled).toEqual([
        { order: ids(1)[0], state: 'filled', bought: 25 },
        { order: ids(0)[0], state: 'waiting', bought: 0 },
        { order: ids(2)[0], state: 'waiting', bought: 0 },
      ]);
      expect(left).toEqual([]);
      expect(await stateOf(3)).toBe('unknown');
      const events = await given.planEvents(plan.id, 3);
      expect(events.map(({ why }) => why)).toEqual(Array(3).fill('looked. The list shows it.'));
    });

    test('stay the same when a newer list says the same, as clearly', async () => {
      const all = await looked();
      await given.keepVerdicts([
        { ...verdict(orders[0]!, []), why: 'A newer list shows it.' },
        { ...verdict(orders[1]!, all[1]!.numbers), isClear: false },
      ]);
      expect((await accept(all)).left).toEqual([
        { order: ids(1)[0], why: expect.stringContaining('it is not clear any more, for some') },
      ]);
      const [event] = await given.planEvents(plan.id, 4);
      expect(event?.why).toMatch(/list shows it/);
    });

    test('are left, each with its reason, when they became stale meanwhile', async () => {
      const all = await looked();
      const { account } = plan;
      // A number taken, another verdict, one that is sent again and unknown again, and a person.
      const thief = await given.claimOne(await given.newPlan({ account }));
      const taken = all[1]!.numbers[0]!;
      await given.recordAnswers(account.id, [answerTo(thief, 'short', { numbers: [taken] })]);
      await given.keepVerdicts([verdict(orders[0]!, newNumbers(2))]);
      const by = { ...BY, by: 'Grace' };
      await given.settleOrder(orders[2]!.id, NOTHING, by, ANYHOW);
      await given.sendOne(plan, 'unknown', {}, orders[2]!.id);
      await given.settleOrder(orders[3]!.id, { bought: all[3]!.numbers }, { ...BY, by: 'Bea' });
      const { settled, left } = await accept(all);
      expect(settled).toEqual([]);
      expect(left).toEqual([
        { order: ids(0)[0], why: expect.stringMatching(/changed since you looked: it says now/) },
        { order: ids(1)[0], why: expect.stringContaining(`Number ${taken} belongs to order`) },
        { order: ids(2)[0], why: expect.stringContaining('has been sent again meanwhile') },
        { order: ids(3)[0], why: expect.stringMatching(/is filled, not unknown: Bea .*settled/) },
      ]);
      expect(await stateOf(0)).toBe('unknown');
    });

    test('that bought nothing are left when the one that should have bought did not', async () => {
      const all = await looked();
      const by = { ...BY, by: 'Grace' };
      await given.settleOrder(orders[1]!.id, NOTHING, by, ANYHOW);
      const { settled, left } = await accept(all);
      expect(settled.map(({ order }) => order)).toEqual(ids(3));
      expect(left.map(({ order }) => order)).toEqual(ids(1, 0, 2));
      expect(left[1]?.why).toContain(`It may have bought ${all[1]!.numbers[0]}, `);
    });

    test('are settled once each when two people accept them at once', async () => {
      const all = await looked();
      const both = await Promise.all([
        accept(all, { ...BY, who: 'Ada' }),
        accept(all, { ...BY, who: 'Bea' }),
      ]);
      const settled = both.flatMap((each) => each.settled.map(({ order }) => order));
      expect(settled.sort((a, b) => a - b)).toEqual(ids(0, 1, 2, 3));
      expect(both.flatMap(({ left }) => left)).toHaveLength(4);
      for (const { why } of both.flatMap(({ left }) => left)) {
        expect(why).toMatch(/not unknown: (Ada|Bea) settled it at/);
      }
      const settlements = (await given.planEvents(plan.id, 20)).filter(
        ({ kind }) => kind === 'order_settled',
      );
      expect(settlements).toHaveLength(4);
    });
  });

  test('are left once a late answer comes between two parts of them', async () => {
    const lines = [
      line({ line: 2, quantity: 25 }),
      line({ line: 3, areaCode: '646', quantity: 25 * 25 }),
      line({ line: 4, quantity: 5 * 25 }),
    ];
    plan = await given.newPlan({ lines });
    await given.readList(plan.account, []);
    orders = await given.claim(plan, plan.orders, { deadlineMs: -1 });
    await given.expireAttempts(plan.account.id);
    const [buyer, ...others] = orders as [ClaimedOrder, ...ClaimedOrder[]];
    const numbers = newNumbers(25);
    await given.readList(plan.account, numbers);
    await given.keepVerdicts([verdict(buyer, numbers), ...others.map((each) => verdict(each, []))]);
    const all = (await looked()).filter(({ finding }) => finding === 'nothing');
    let isAnswered = false;
    const transaction: Ledger['transaction'] = async (work) => {
      const result = await given.ledger.transaction(work);
      if (!isAnswered && (await stateOf(1)) === 'waiting') {
        isAnswered = true;
        await given.record(plan, answerTo(buyer, 'refused'));
      }
      return result;
    };
    const { settled, left } = await acceptVerdicts({ ...given.ledger, transaction }, all, BY);
    expect({ isAnswered, settled: settled.length, left: left.length }).toEqual({
      ...{ isAnswered: true, settled: 25, left: 5 },
    });
    for (const { why } of left) expect(why).toContain('no verdict explains it any more');
  });

  test('hold up what waits because of a verdict that they contradict', async () => {
    plan = await given.newPlan({ lines: linesOf(10, 10, 10) });
    await given.readList(plan.account, []);
    orders = await given.claim(plan, plan.orders, { deadlineMs: -1 });
    await given.expireAttempts(plan.account.id);
    const numbers = newNumbers(15);
    await given.readList(plan.account, numbers);
    const [first, ...others] = orders as [ClaimedOrder, ClaimedOrder, ClaimedOrder];
    // The same five are said of both.
    await given.keepVerdicts([
      verdict(others[0], numbers.slice(0, 10)),
      verdict(others[1], numbers.slice(5)),
    ]);
    await given.settleOrder(first.id, NOTHING, BY);
    expect(await stateOf(0)).toBe('waiting');
    expect(await accept((await looked()).slice(1))).toMatchObject({ left: [] });
    expect(await stateOf(0)).toBe('unknown');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('are accepted many at a time', async () => {
    await unknownOrders(400);
    const { settled, left } = await accept(await looked());
    expect({ settled: settled.length, left }).toEqual({ settled: 400, left: [] });
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ bought: 5_000, pending: 5_000, unknown: 0 },
    });
    expect(await looked()).toEqual([]);
  });
});
