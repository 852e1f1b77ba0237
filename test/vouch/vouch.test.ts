import { describe, expect, test } from 'vitest';
import {
  type AnswerRecord,
  changeAccount,
  findVerdict,
  keepVerdicts,
  newestListing,
  pauseForPerson,
  readTrust,
  recordAnswers,
  vouchFor,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import { attemptsOf, orderRow, sql } from '../support/ledger.ts';
import { describeOnBothDrivers, describeOnPostgres } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { dailyLimit, linesOf, newPlan } from '../support/plans.ts';
import { answerTo, claim, claimOne, newNumbers, readList, sendOne } from '../support/sending.ts';
import { ground, memoryStore, moveOn, openVouching, sentOf } from './vouching.ts';

describeOnBothDrivers('a ledger in another run of the database', (given) => {
  const move = () => moveOn(given.ledger);

  test('lets nothing be claimed, with a limit or without, until it is vouched for', async () => {
    const { ledger } = given;
    const { plan, vouch } = await openVouching(ledger, { store: memoryStore() });
    const [order] = plan.orders as [number];
    await move();
    expect(await claim(ledger, plan)).toEqual([]);
    expect(await whyNotClaimed(ledger, order, plan.account.id)).toMatchObject({ why: 'resting' });
    await changeAccount(ledger, plan.account.name, { limits: [dailyLimit(100)] }, { who: 'Ada' });
    expect(await claim(ledger, plan)).toEqual([]);
    expect(await vouch()).toBe(true);
    expect(await claimOne(ledger, plan, order)).toMatchObject({ attempt: 1 });
  });

  test('is not vouched for by a word for the run before it', async () => {
    const { plan } = await openVouching(given.ledger);
    const { incarnation: before } = await readTrust(given.ledger, plan.account.id);
    await move();
    await vouchFor(given.ledger, plan.account.id, before);
    expect(await ground(given.ledger, plan)).toMatchObject({ isVouchedFor: false });
    expect(await claim(given.ledger, plan)).toEqual([]);
  });

  test('is compared with the marks: what it lacks is unknown, and the account pauses', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(10, 10, 10) });
    const { vouch, sentUnknown } = await openVouching(ledger, { plan, store: memoryStore() });
    await sentUnknown(0, 1);
    await sentUnknown(1, 3);
    await move();
    expect(await vouch()).toBe(true);
    await move();
    expect(await vouch()).toBe(true);

    const rows = await Promise.all(plan.orders.map((id) => orderRow(ledger, id)));
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['unknown', 1],
      ['unknown', 3],
      ['waiting', 0],
    ]);
    const attempts = await attemptsOf(ledger, plan.orders[1]!);
    expect(attempts.map(({ outcome, isAnswered }) => [outcome, isAnswered])).toEqual([
      ['not_sent', true],
      ['not_sent', true],
      ['unknown', false],
    ]);
    expect(await ground(ledger, plan)).toEqual({
      isVouchedFor: true,
      pausedReason: expect.stringContaining('did not know of orders that had been sent'),
    });
    const pauses = `select 1 from ledger.events where account_id = $1 and kind = 'account_paused'`;
    expect(await sql(ledger, pauses, [plan.account.id])).toHaveLength(1);
  });

  test('tells why it pauses, once, also when something else has paused the account', async () => {
    const { ledger } = given;
    const { plan, vouch, sentUnknown } = await openVouching(ledger, { store: memoryStore() });
    await pauseForPerson(ledger, plan.account.id, 'The keys are wrong');
    await sentUnknown(0, 1);
    await move();
    await vouch();
    await sentUnknown(0, 2);
    await move();
    await vouch();
    expect((await ground(ledger, plan)).pausedReason).toMatch(
      /^The ledger has gone back .* may run again. It had paused before: The keys are wrong$/,
    );
  });

  test('shows that what was being sent before a later attempt had bought nothing', async () => {
    const { ledger } = given;
    const { plan, vouch, sentUnknown } = await openVouching(ledger, { store: memoryStore() });
    await claimOne(ledger, plan);
    await sentUnknown(0, 2);
    await move();
    await vouch();
    const attempts = await attemptsOf(ledger, plan.orders[0]!);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not_sent', 'unknown']);
  });

  describe('a lost attempt', () => {
    const lost = async () => {
      const { plan, vouch, sentUnknown } = await openVouching(given.ledger, {
        store: memoryStore(),
      });
      await sentUnknown(0, 1);
      await move();
      await vouch();
      const { planKey } = await sentOf(given.ledger, plan, 0, 1);
      const order = { id: plan.orders[0]!, attempt: 1, nonce: 7, planKey, quantity: 10 } as never;
      const record = async (answer: AnswerRecord) =>
        (await recordAnswers(given.ledger, plan.account.id, [answer])).map(({ state }) => state);
      return { plan, order, record };
    };

    test('takes a late sale, but no late "no", also when both come', async () => {
      const { plan, order, record } = await lost();
      expect(await record(answerTo(order, 'refused'))).toEqual([]);
      expect(await orderRow(given.ledger, plan.orders[0]!)).toMatchObject({ state: 'unknown' });
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
    const { ledger } = given;
    const { plan, vouch, sentUnknown } = await openVouching(ledger, { store: memoryStore() });
    await readList(ledger, plan.account, newNumbers(1));
    const before = await newestListing(ledger, plan.account.id);
    await move();
    await readList(ledger, plan.account, newNumbers(1));
    await sentUnknown(0, 1);
    await vouch();
    expect(await attemptsOf(ledger, plan.orders[0]!)).toMatchObject([{ baseline: before }]);
  });

  test('judges it by no list when an attempt of its order had none', async () => {
    const { ledger } = given;
    const { plan, vouch, sentUnknown } = await openVouching(ledger, { store: memoryStore() });
    await claimOne(ledger, plan);
    await readList(ledger, plan.account, newNumbers(1));
    await sentUnknown(0, 2);
    await move();
    await vouch();
    expect((await attemptsOf(ledger, plan.orders[0]!)).at(-1)).toMatchObject({ baseline: null });
  });

  test('forgets the verdicts on other orders, which may have rivals now', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(10, 10) });
    const { vouch, sentUnknown } = await openVouching(ledger, { plan, store: memoryStore() });
    const { order } = await sendOne(ledger, plan, 'unknown');
    const verdict = { order: order.id, attempt: 1, finding: 'nothing', isClear: true } as const;
    await keepVerdicts(ledger, [{ ...verdict, numbers: [], why: 'nothing is new' }]);
    await sentUnknown(1, 1);
    await move();
    expect(await findVerdict(ledger, order.id)).toBeDefined();
    await vouch();
    expect(await findVerdict(ledger, order.id)).toBeUndefined();
  });

  test('leaves what was bought, and tells once that it lacks whole plans', async () => {
    const { ledger } = given;
    const store = memoryStore();
    const { plan, vouch, sentUnknown } = await openVouching(ledger, { store });
    const { order } = await sendOne(ledger, plan, 'filled');
    await sentUnknown(0, 2);
    await store.mark(
      [{ ...(await sentOf(ledger, plan, 0, 1)), planKey: 'lost:0:10' }],
      callWith(''),
    );
    await move();
    expect(await vouch()).toBe(true);
    expect(await orderRow(ledger, order.id)).toMatchObject({ state: 'filled', attempts: 1 });
    expect(await ground(ledger, plan)).toEqual({
      isVouchedFor: true,
      pausedReason: expect.stringContaining('has lost 1 plan that had been sent'),
    });
    await changeAccount(ledger, plan.account.name, { resume: true }, { who: 'Ada' });
    await move();
    expect(await vouch()).toBe(true);
    expect(await ground(ledger, plan)).toEqual({ isVouchedFor: true, pausedReason: null });
  });
});

describeOnPostgres('a ledger that a restore has not finished', (given) => {
  test('is not vouched for before it keeps its rules', async () => {
    const { ledger } = given;
    const { plan, vouch } = await openVouching(ledger, { store: memoryStore() });
    await moveOn(ledger);
    await ledger.script('alter table ledger.orders disable trigger orders_move_lack');
    await expect(vouch()).rejects.toMatchObject({ code: 'ledger_down' });
    expect(await claim(ledger, plan)).toEqual([]);
    await ledger.script('alter table ledger.orders enable trigger orders_move_lack');
    expect(await vouch()).toBe(true);
    expect(await claim(ledger, plan)).toHaveLength(1);
  });
});
