import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import type { ClaimedOrder, Finding } from '../../../src/ledger/index.ts';
import { BY, withNewReason } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING, type Unknown } from '../../support/settling.ts';

describeOnALedger('a settlement that something speaks against', (given) => {
  /** An order for ten in 212 whose answer proved nothing. */
  const unknown = (wishes: Parameters<typeof line>[0] = {}) =>
    given.unknownOrder({ lines: [line(wishes)], body: 'Bad gateway', status: 502 });

  /** One whose worker went silent with two minutes left. */
  const silent = async (): Promise<Unknown> => {
    const plan = await given.newPlan();
    const order = await given.claimSilently(plan, { deadlineMs: 120_000 });
    return { plan, order };
  };

  const judged = ({ id, attempt }: ClaimedOrder, verdict: Partial<Verdict>) => {
    const nothing = { finding: 'nothing' as const, isClear: true, numbers: [], why: 'It is so.' };
    return given.keepVerdicts([{ order: id, attempt, ...nothing, ...verdict }]);
  };

  const settle = (order: ClaimedOrder, finding: Finding, options = {}) =>
    given.settleOrder(order.id, finding, BY, options);

  const objections = async (order: ClaimedOrder, finding: Finding): Promise<string[]> => {
    const error = await settle(order, finding).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'against_evidence', details: { order: order.id } });
    for (const each of error.details.objections) expect(error.message).toContain(each);
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'unknown', bought: 0 });
    return error.details.objections;
  };

  describe('is refused', () => {
    test.each<[string, Finding]>([
      ['nothing', NOTHING],
      ['a purchase', { bought: ['2125550100'] }],
    ])('as %s while its request may be under way, by watched time', async (_, finding) => {
      const { plan, order } = await silent();
      const list = () => given.readList(plan.account, 'bought' in finding ? finding.bought : []);
      await list();
      const left = (seconds: number) => [
        'Its request may still be under way. ' +
          `It is over when a worker has watched ${seconds} seconds more.`,
      ];
      expect(await objections(order, finding)).toEqual(left(120));
      await given.passTime(plan.account, 118_000);
      expect(await objections(order, finding)).toEqual(left(2));
      await given.passTime(plan.account, 2_000);
      await list();
      const state = 'bought' in finding ? 'short' : 'waiting';
      expect(await settle(order, finding)).toMatchObject({ state });
    });

    test('while one that we gave up or that was cut may still be under way', async () => {
      const plan = await given.newPlan();
      const order = await given.claimOne(plan, undefined, { deadlineMs: 60_000 });
      const cut = answerTo(order, 'unknown', { status: null, what: 'the connection was cut' });
      await given.record(plan, cut);
      expect(await objections(order, NOTHING)).toEqual([
        'Its request may still be under way. It is over when a worker has watched 60 seconds more.',
      ]);
      await given.passTime(plan.account, 60_000);
      await given.readList(plan.account, []);
      expect(await settle(order, NOTHING)).toMatchObject({ state: 'waiting' });
    });

    test.each([
      ['another area code', {}, '4155550199', 'local 212'],
      ['another exchange', { areaCode: '212555' }, '2125560100', 'local 212555'],
      ['a type that is free to call', {}, '8335550100', 'local 212'],
      ['no 800 number', { type: 'true800', areaCode: null } as const, '8335550101', 'true800'],
    ])('with %s', async (_, wishes, number, asked) => {
      const { plan, order } = await unknown(wishes);
      await given.readList(plan.account, [number]);
      expect(await objections(order, { bought: [number] })).toEqual([
        `It asked for ${asked}, and so cannot have bought ${number}.`,
      ]);
    });

    test('as nothing, and as other numbers, against the verdict that it bought some', async () => {
      const { plan, order } = await unknown();
      const numbers = newNumbers(10);
      await given.readList(plan.account, numbers);
      await judged(order, { finding: 'bought', numbers });
      const first = numbers.slice(0, 5).join(', ');
      const says = `The verdict of the vendor's list is that it bought ${first} and 5 more`;
      expect(await objections(order, NOTHING)).toEqual([`${says}, and not nothing.`]);
      expect(await objections(order, { bought: numbers.slice(1) })).toEqual([
        `${says}, and not these.`,
      ]);
      expect(await settle(order, { bought: numbers.toReversed() })).toMatchObject({
        state: 'filled',
      });
    });

    test('as a purchase against the verdict that it bought nothing', async () => {
      const { plan, order } = await unknown();
      const bought = newNumbers(1);
      await given.readList(plan.account, bought);
      await judged(order, { finding: 'nothing' });
      expect(await objections(order, { bought })).toEqual([
        "The verdict of the vendor's list is that it bought nothing.",
      ]);
    });

    describe('as nothing, whatever the verdict, when numbers that it may have bought', () => {
      /** Two alike, of which the first bought, by their verdicts. */
      const alike = async () => {
        const plan = await given.newPlan({ lines: linesOf(20, 20) });
        const [one, other] = (await given.claim(plan)) as [ClaimedOrder, ClaimedOrder];
        const answers = [one, other].map((order) => answerTo(order, 'unknown', { body: 'cut' }));
        await given.record(plan, ...answers);
        const numbers = newNumbers(2);
        await given.readList(plan.account, numbers);
        await judged(one, { finding: 'bought', numbers });
        await judged(other, { finding: 'nothing' });
        return { plan, one, other, numbers };
      };
      const saysOf = (...numbers: string[]) => [
        `It may have bought ${numbers.join(', ')}: the account owns what no order has, and no ` +
          'verdict explains it any more. "reconcile" reads the list again.',
      ];

      test('are of an order that did not buy them after all', async () => {
        const { one, other, numbers } = await alike();
        await settle(one, NOTHING, ANYHOW);
        expect(await objections(other, NOTHING)).toEqual(saysOf(...numbers));
        await expect(given.acceptVerdict(other.id, BY)).rejects.toMatchObject({
          code: 'against_evidence',
        });
      });

      test('are of an order of whose numbers another order took one', async () => {
        const { plan, other, numbers } = await alike();
        const { account } = plan;
        const sold = await given.claimOne(await given.newPlan({ account }));
        const [taken, left] = numbers as [string, string];
        await given.record(plan, answerTo(sold, 'short', { numbers: [taken] }));
        expect(await objections(other, NOTHING)).toEqual(saysOf(left));
      });

      test('but not while the verdict on the other stands, nor once it was taken', async () => {
        const { plan, one, other } = await alike();
        expect(await settle(other, NOTHING)).toMatchObject({ state: 'waiting' });
        await given.unsettleOrder(other.id, BY);
        await given.acceptVerdict(one.id, BY);
        const settled = await given.settleOrder(other.id, NOTHING, withNewReason());
        expect(settled).toMatchObject({ state: 'waiting' });
        expect((await given.findPlan(plan.id)).bought).toBe(2);
      });
    });

    test('with numbers that the newest list does not have', async () => {
      const { plan, order } = await unknown();
      const [gone, there] = newNumbers(2) as [string, string];
      await given.readList(plan.account, [gone, there]);
      await given.readList(plan.account, [there]);
      expect(await objections(order, { bought: [gone, there] })).toEqual([
        expect.stringMatching(
          `^The vendor's newest list, of \\d{4}-\\S+Z, does not have ${gone}\\.$`,
        ),
      ]);
    });

    test('with numbers that the verdict says another order bought', async () => {
      const { plan, order } = await unknown();
      const numbers = newNumbers(3);
      await given.readList(plan.account, numbers);
      await judged(order, { finding: 'bought', numbers: numbers.slice(1) });
      const same = await given.newPlan({ account: plan.account });
      const { order: thief } = await given.sendOne(same, 'unknown', { body: 'cut off' });
      await given.readList(plan.account, numbers);
      expect(await objections(thief, { bought: numbers })).toEqual([
        `The verdict of the vendor's list is that order ${order.id} bought ${numbers[1]}, ` +
          `${numbers[2]}.`,
        `${numbers.join(', ')} came to the vendor's list before it was sent, and so it cannot ` +
          'have bought them.',
      ]);
    });

    test('with any numbers when no list was read since it was sent', async () => {
      const plan = await given.newPlan();
      const bought = newNumbers(1);
      await given.readList(plan.account, []);
      const order = await given.claimOne(plan);
      await given.ledger.query(
        `update ledger.attempts set baseline = (select max(id) from ledger.listings)
         where order_id = $1`,
        [order.id],
      );
      await given.record(plan, answerTo(order, 'unknown'));
      expect(await objections(order, { bought })).toEqual([
        "No list of the vendor's was read since it was sent, so its numbers cannot be " +
          'compared: "reconcile" reads one.',
      ]);
      await given.readList(plan.account, bought);
      expect(await settle(order, { bought })).toMatchObject({ state: 'short', bought: 1 });
    });

    test('with all reasons at once', async () => {
      const { plan, order } = await silent();
      await given.readList(plan.account, []);
      await judged(order, { finding: 'nothing' });
      expect(await objections(order, { bought: ['4155550198'] })).toEqual([
        expect.stringMatching(/^Its request may still be under way/),
        expect.stringMatching(/^The verdict of the vendor's list/),
        expect.stringMatching(/^It asked for local 212/),
        expect.stringMatching(/^The vendor's newest list/),
      ]);
    });
  });

  describe('is taken', () => {
    test('when a person knows better, and the event keeps what spoke against it', async () => {
      const { plan, order } = await silent();
      const because = await objections(order, NOTHING);
      expect(await settle(order, NOTHING, ANYHOW)).toMatchObject({ state: 'waiting' });
      expect(await given.planEvents(plan.id, 1)).toMatchObject([
        { kind: 'order_settled', ...BY, detail: { state: 'waiting', againstEvidence: because } },
      ]);
    });

    test('without a word on the evidence when nothing speaks against it after all', async () => {
      const { plan, order } = await unknown();
      await given.readList(plan.account, []);
      await settle(order, NOTHING, ANYHOW);
      const [event] = await given.planEvents(plan.id, 1);
      expect(event?.detail).toEqual({ state: 'waiting', numbers: [], attempt: 1 });
    });

    test('but never with more than it lacks or with a number of another order', async () => {
      const { order } = await unknown();
      const bought = newNumbers(11);
      await expect(settle(order, { bought }, ANYHOW)).rejects.toMatchObject({
        code: 'wrong_state',
      });
    });
  });

  test('a verdict needs no more than to be accepted, whatever it is of', async () => {
    const { order } = await unknown();
    // It could not have been typed: another area code, and on no list.
    await judged(order, { finding: 'bought', numbers: ['4155550197'] });
    const accepted = await given.acceptVerdict(order.id, BY);
    expect(accepted).toEqual({ order: order.id, state: 'short', bought: 1 });
  });

  test('what the vendor itself has named for the order needs no list', async () => {
    const plan = await given.newPlan();
    const first = await given.claimOne(plan);
    await given.record(plan, answerTo(first, 'unknown', { body: 'cut off' }));
    await given.forgetAnswer(first);
    await settle(first, NOTHING, ANYHOW);
    const { order: second } = await given.sendOne(plan, 'unknown');
    const late = answerTo(first, 'filled', { numbers: ['4155550196', ...newNumbers(9)] });
    await given.record(plan, late);
    expect(await settle(second, { bought: late.numbers })).toMatchObject({ state: 'filled' });
  });
});
