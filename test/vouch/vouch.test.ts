import { describe, expect, test } from 'vitest';
import type { AnswerRecord } from '../../src/ledger/index.ts';
import { describeOnBothDrivers, describeOnPostgres } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { dailyLimit, linesOf } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { memoryStore } from './vouching.ts';

describeOnBothDrivers('a ledger in another run of the database', (given) => {
  const move = () => given.moveOn();

  test('lets nothing be claimed, with a limit or without, until it is vouched for', async () => {
    const { plan, vouch } = await given.openVouching({ store: memoryStore() });
    const [order] = plan.orders as [number];
    await move();
    expect(await given.claim(plan)).toEqual([]);
    expect(await given.whyNotClaimed(order, plan.account.id)).toMatchObject({ why: 'resting' });
    await given.changeAccount(plan.account.name, { limits: [dailyLimit(100)] }, { who: 'Ada' });
    expect(await given.claim(plan)).toEqual([]);
    expect(await vouch()).toBe(true);
    expect(await given.claimOne(plan, order)).toMatchObject({ attempt: 1 });
  });

  test('is not vouched for by a word for the run before it', async () => {
    const { plan } = await given.openVouching();
    const { incarnation: before } = await given.readTrust(plan.account.id);
    await move();
    await given.vouchFor(plan.account.id, before);
    expect(await given.ground(plan)).toMatchObject({ isVouchedFor: false });
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is compared with the marks: what it lacks is unknown, and the account pauses', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10, 10) });
    const { vouch, sentUnknown } = await given.openVouching({ plan, store: memoryStore() });
    await sentUnknown(0, 1);
    await sentUnknown(1, 3);
    await move();
    expect(await vouch()).toBe(true);
    await move();
    expect(await vouch()).toBe(true);

    const rows = await Promise.all(plan.orders.map((id) => given.orderRow(id)));
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['unknown', 1],
      ['unknown', 3],
      ['waiting', 0],
    ]);
    const attempts = await given.attemptsOf(plan.orders[1]!);
    expect(attempts.map(({ outcome, isAnswered }) => [outcome, isAnswered])).toEqual([
      ['not_sent', true],
      ['not_sent', true],
      ['unknown', false],
    ]);
    expect(await given.ground(plan)).toEqual({
      isVouchedFor: true,
      pausedReason: expect.stringContaining('did not know of orders that had been sent'),
    });
    const pauses = `select 1 from ledger.events where account_id = $1 and kind = 'account_paused'`;
    expect(await given.sql(pauses, [plan.account.id])).toHaveLength(1);
  });

  test('tells why it pauses, once, also when something else has paused the account', async () => {
    const { plan, vouch, sentUnknown } = await given.openVouching({ store: memoryStore() });
    await given.pauseForPerson(plan.account.id, 'The keys are wrong');
    await sentUnknown(0, 1);
    await move();
    await vouch();
    await sentUnknown(0, 2);
    await move();
    await vouch();
    expect((await given.ground(plan)).pausedReason).toMatch(
      /^The ledger has gone back .* may run again. It had paused before: The keys are wrong$/,
    );
  });

  test('shows that what was being sent before a later attempt had bought nothing', async () => {
    const { plan, vouch, sentUnknown } = await given.openVouching({ store: memoryStore() });
    await given.claimOne(plan);
    await sentUnknown(0, 2);
    await move();
    await vouch();
    const attempts = await given.attemptsOf(plan.orders[0]!);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not_sent', 'unknown']);
  });

  describe('a lost attempt', () => {
    const lost = async () => {
      const { plan, vouch, sentUnknown } = await given.openVouching({ store: memoryStore() });
      await sentUnknown(0, 1);
      await move();
      await vouch();
      const { planKey } = await given.sentOf(plan, 0, 1);
      const order = { id: plan.orders[0]!, attempt: 1, nonce: 7, planKey, quantity: 10 } as never;
      const record = async (answer: AnswerRecord) =>
        (await given.recordAnswers(plan.account.id, [answer])).map(({ state }) => state);
      return { plan, order, record };
    };

    test('takes a late sale, but no late "no", also when both come', async () => {
      const { plan, order, record } = await lost();
      expect(await record(answerTo(order, 'refused'))).toEqual([]);
      expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'unknown' });
      expect(await record(answerTo(order, 'filled'))).toEqual(['filled']);
    });

    test('takes no sale to an order of another plan that had its number', async () => {
      const { record, order } = await lost();
      const sale = answerTo(order, 'filled', { planKey: `${'0'.repeat(64)}:0:10` });
      expect(await record(sale)).toEqual([]);
      expect(await record(answerTo(order, 'filled'))).toEqual(['filled']);
    });
  });

  test('judges a lost attempt by a list from before the run, not by newer ones', async () => {
    const { plan, vouch, sentUnknown } = await given.openVouching({ store: memoryStore() });
    await given.readList(plan.account, newNumbers(1));
    const before = (await given.beginListing(plan.account.id)).newest;
    await move();
    await given.readList(plan.account, newNumbers(1));
    await sentUnknown(0, 1);
    await vouch();
    expect(await given.attemptsOf(plan.orders[0]!)).toMatchObject([{ baseline: before }]);
  });

  test('judges it by no list when an attempt of its order had none', async () => {
    const { plan, vouch, sentUnknown } = await given.openVouching({ store: memoryStore() });
    await given.claimOne(plan);
    await given.readList(plan.account, newNumbers(1));
    await sentUnknown(0, 2);
    await move();
    await vouch();
    expect((await given.attemptsOf(plan.orders[0]!)).at(-1)).toMatchObject({ baseline: null });
  });

  test('forgets the verdicts on other orders, which may have rivals now', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    const { vouch, sentUnknown } = await given.openVouching({ plan, store: memoryStore() });
    const { order } = await given.sendOne(plan, 'unknown');
    const verdict = { order: order.id, attempt: 1, finding: 'nothing', isClear: true } as const;
    await given.keepVerdicts([{ ...verdict, numbers: [], why: 'nothing is new' }]);
    await sentUnknown(1, 1);
    await move();
    expect(await given.findVerdict(order.id)).toBeDefined();
    await vouch();
    expect(await given.findVerdict(order.id)).toBeUndefined();
  });

  test('leaves what was bought, and tells once that it lacks whole plans', async () => {
    const store = memoryStore();
    const { plan, vouch, sentUnknown } = await given.openVouching({ store });
    const { order } = await given.sendOne(plan, 'filled');
    await sentUnknown(0, 2);
    await store.mark([{ ...(await given.sentOf(plan, 0, 1)), planKey: 'lost:0:10' }], callWith(''));
    await move();
    expect(await vouch()).toBe(true);
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'filled', attempts: 1 });
    expect(await given.ground(plan)).toEqual({
      isVouchedFor: true,
      pausedReason: expect.stringContaining('has lost 1 plan that had been sent'),
    });
    await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
    await move();
    expect(await vouch()).toBe(true);
    expect(await given.ground(plan)).toEqual({ isVouchedFor: true, pausedReason: null });
  });
});

describeOnPostgres('a ledger that a restore has not finished', (given) => {
  test('is not vouched for before it keeps its rules', async () => {
    const { ledger } = given;
    const { plan, vouch } = await given.openVouching({ store: memoryStore() });
    await given.moveOn();
    await ledger.script('alter table ledger.orders disable trigger orders_move_lack');
    await expect(vouch()).rejects.toMatchObject({ code: 'ledger_down' });
    expect(await given.claim(plan)).toEqual([]);
    await ledger.script('alter table ledger.orders enable trigger orders_move_lack');
    expect(await vouch()).toBe(true);
    expect(await given.claim(plan)).toHaveLength(1);
  });
});
